#pragma once

#include <archive.h>
#include <archive_entry.h>

// AE_IF*: casts, `((__LA_MODE_T)0100000)`, which Swift does not import.
static inline unsigned carchive_regular_file(void) { return AE_IFREG; }
static inline unsigned carchive_directory(void) { return AE_IFDIR; }
