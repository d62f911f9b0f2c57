#pragma once

#include <hdf5.h>
#include <string.h>

// Swift imports HDF5's functions, enumerations and plain constants, but no macro that expands to an
// expression. Each getter below stands for one such macro and does nothing else.

// H5T_NATIVE_*, H5T_C_S1: `(H5OPEN H5T_..._g)`, a call to H5open() before a global variable is read.
static inline hid_t chdf5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }

// H5T_VARIABLE: a cast, `((size_t)(-1))`.
static inline size_t chdf5_variable_size(void) { return H5T_VARIABLE; }

// H5F_ACC_*: `(H5CHECK H5OPEN 0x...u)`, again with a call to H5open().
static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }

// H5P_*: property list classes are global variables behind H5OPEN; the default list is a cast.
static inline hid_t chdf5_file_access_class(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_creation_class(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_creation_class(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_creation_class(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_default_properties(void) { return H5P_DEFAULT; }

// H5S_ALL, H5E_DEFAULT and H5S_UNLIMITED: casts.
static inline hid_t chdf5_whole_space(void) { return H5S_ALL; }
static inline hid_t chdf5_default_stack(void) { return H5E_DEFAULT; }
static inline hsize_t chdf5_unlimited(void) { return H5S_UNLIMITED; }

// What tells objects of one file apart: a token, which was an address before HDF5 1.12.
struct chdf5_identity {
    unsigned long file;
    unsigned char object[16];
};

static inline herr_t chdf5_identify(hid_t object, struct chdf5_identity *identity) {
    memset(identity, 0, sizeof *identity);
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t information;
    herr_t status = H5Oget_info3(object, &information, H5O_INFO_BASIC);
    memcpy(identity->object, &information.token, sizeof information.token);
#else
    H5O_info_t information;
    herr_t status = H5Oget_info2(object, &information, H5O_INFO_BASIC);
    memcpy(identity->object, &information.addr, sizeof information.addr);
#endif
    identity->file = information.fileno;
    return status;
}

// Whether a link inside a group is a hard one: the other kinds are paths, here or in other files.
static inline htri_t chdf5_is_hard_link(hid_t group, const char *name) {
#if H5_VERSION_GE(1, 12, 0)
    H5L_info2_t information;
    if (H5Lget_info2(group, name, &information, H5P_DEFAULT) < 0) return -1;
#else
    H5L_info_t information;
    if (H5Lget_info(group, name, &information, H5P_DEFAULT) < 0) return -1;
#endif
    return information.type == H5L_TYPE_HARD;
}
