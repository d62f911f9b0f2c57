#include "checked_file.h"

#include <errno.h>
#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// HDF5's file drivers: https://docs.hdfgroup.org/hdf5/develop/_v_f_l.html

struct driver_file {
    H5FD_t base;  // first, as HDF5 wants it
    struct checked_file *file;
    haddr_t allocated;
    haddr_t length;
};

static struct driver_file *of(H5FD_t *base) { return (struct driver_file *)base; }

static void fail(struct driver_file *file, int reason) {
    if (file->file->failure == 0) file->file->failure = reason;
}

static H5FD_t *open_file(const char *name, unsigned flags, hid_t access, haddr_t most) {
    (void)name, (void)flags, (void)most;
    struct checked_file *const *information = H5Pget_driver_info(access);
    struct stat status;
    if (!information || fstat((*information)->descriptor, &status) != 0) return NULL;
    struct driver_file *file = calloc(1, sizeof *file);
    if (file) file->file = *information, file->length = (haddr_t)status.st_size;
    return (H5FD_t *)file;
}

static herr_t close_file(H5FD_t *base) {
    free(base);
    return 0;
}

static herr_t query(const H5FD_t *base, unsigned long *flags) {
    (void)base;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE
        | H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t get_eoa(const H5FD_t *base, H5FD_mem_t type) {
    (void)type;
    return ((const struct driver_file *)base)->allocated;
}

static herr_t set_eoa(H5FD_t *base, H5FD_mem_t type, haddr_t address) {
    (void)type;
    of(base)->allocated = address;
    return 0;
}

static haddr_t get_eof(const H5FD_t *base, H5FD_mem_t type) {
    (void)type;
    return ((const struct driver_file *)base)->length;
}

static herr_t read_bytes(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
    (void)type, (void)transfer;
    struct driver_file *file = of(base);
    char *bytes = buffer;
    while (size > 0) {
        ssize_t count = pread(file->file->descriptor, bytes, size, (off_t)address);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(file, errno);
        if (count <= 0) break;
        bytes += count, address += (haddr_t)count, size -= (size_t)count;
    }
    // What was allocated and not yet written.
    memset(bytes, 0, size);
    return 0;
}

static herr_t write_bytes(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer) {
    (void)type, (void)transfer;
    struct driver_file *file = of(base);
    const char *bytes = buffer;
    if (address + size > file->length) file->length = address + size;
    while (size > 0 && file->file->failure == 0) {
        ssize_t count = pwrite(file->file->descriptor, bytes, size, (off_t)address);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            fail(file, count < 0 ? errno : EIO);
            break;
        }
        bytes += count, address += (haddr_t)count, size -= (size_t)count;
    }
    return 0;
}

static herr_t set_length(H5FD_t *base, hid_t transfer, hbool_t closing) {
    (void)transfer, (void)closing;
    struct driver_file *file = of(base);
    if (file->length == file->allocated) return 0;
    if (file->file->failure == 0) {
        struct stat status;
        if (ftruncate(file->file->descriptor, (off_t)file->allocated) != 0
            || fstat(file->file->descriptor, &status) != 0)
            fail(file, errno);
        else if ((haddr_t)status.st_size != file->allocated)
            fail(file, EIO);  // a disk that said it was done
    }
    file->length = file->allocated;
    return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)(H5_VFD_RESERVED + 1),
#endif
    .name = "checked",
    .maxaddr = HADDR_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(struct checked_file *),
    .open = open_file,
    .close = close_file,
    .query = query,
    .get_eoa = get_eoa,
    .set_eoa = set_eoa,
    .get_eof = get_eof,
    .read = read_bytes,
    .write = write_bytes,
    .truncate = set_length,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

int checked_file_select(int64_t access, struct checked_file *file) {
    static hid_t registered = -1;  // the caller holds the library
    if (registered < 0) registered = H5FDregister(&driver);
    return registered < 0 ? -1 : H5Pset_driver(access, registered, &file);
}
