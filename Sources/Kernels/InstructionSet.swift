import CKernels

/// The widest vectors that the kernels were compiled for, and the processor that the compiler was told of:
/// `AVX-512 (-march=native)`.
public var instructionSet: String { String(cString: kernels_instruction_set()) }
