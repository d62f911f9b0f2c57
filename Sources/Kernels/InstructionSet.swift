import CKernels

/// The widest vectors that the kernels were compiled for, and the processor that the compiler was told of:
/// `AVX-512 (-march=native)`.
public var instructionSet: String { String(cString: kernels_instruction_set()) }

/// Instructions that the kernels were compiled for and this processor has not: they end the process; nil if it has all.
public var missingInstructions: String? { kernels_missing_instructions().map { String(cString: $0) } }

/// Vectors wider than those that the kernels were compiled for which this processor has; nil for none.
public var unusedInstructions: String? { kernels_unused_instructions().map { String(cString: $0) } }
