#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// Calls of malloc and its relatives, and of mmap, that this thread has made in this program.
///
/// Programs that are linked with this have their own malloc in front of glibc's, for every library in the process.
unsigned long allocations_of_this_thread(void);

#endif
