#pragma once

#include <stdint.h>

/// A file that HDF5 writes through a descriptor of ours, and the first thing that went wrong with it.
struct checked_file {
    /// Open for reading and writing; stays the caller's.
    int descriptor;
    /// `errno` of the first write, read or change of length that failed; 0 while none has. Nothing clears it.
    int failure;
};

/// Makes `access`, a list of file access properties, create or open its file in `file`, whatever name is given.
///
/// HDF5 reports a failed write once or not at all, and does not survive some that it meets on closing. It hears of
/// none here: after the first failure nothing is written any more, every call succeeds, and the caller looks at
/// `file->failure`. `file` must outlive the HDF5 file.
///
/// Returns a negative number where HDF5 refuses.
int checked_file_select(int64_t access, struct checked_file *file);
