#include <mpi.h>

/* Handles and sentinels are macros: casts of the addresses of globals in Open MPI, casts of integers in MPICH.
   Swift imports neither kind, so each one used is returned by a function. Swift holds a handle as `MPI_Comm`, not as
   `MPI_Comm?`, which fits pointers alone: the result of a function is unwrapped where it is a pointer. */

static inline MPI_Comm cmpi_comm_world(void) { return MPI_COMM_WORLD; }
/* What a call has written into a variable, where it is an optional in Swift, too. */
static inline MPI_Comm cmpi_comm(MPI_Comm written) { return written; }
static inline int cmpi_comm_free(MPI_Comm comm) { return MPI_Comm_free(&comm); }
static inline MPI_Comm cmpi_comm_null(void) { return MPI_COMM_NULL; }
static inline MPI_Info cmpi_info_null(void) { return MPI_INFO_NULL; }
static inline MPI_Win cmpi_win_null(void) { return MPI_WIN_NULL; }
static inline MPI_Errhandler cmpi_errors_return(void) { return MPI_ERRORS_RETURN; }

static inline MPI_Datatype cmpi_byte(void) { return MPI_BYTE; }
static inline MPI_Datatype cmpi_float(void) { return MPI_FLOAT; }
static inline MPI_Datatype cmpi_double(void) { return MPI_DOUBLE; }
static inline MPI_Datatype cmpi_int32(void) { return MPI_INT32_T; }
static inline MPI_Datatype cmpi_int64(void) { return MPI_INT64_T; }
static inline MPI_Datatype cmpi_uint64(void) { return MPI_UINT64_T; }

static inline MPI_Op cmpi_sum(void) { return MPI_SUM; }
static inline MPI_Op cmpi_max(void) { return MPI_MAX; }

/* A cast of an integer to a pointer, in both families. */
static inline void *cmpi_in_place(void) { return MPI_IN_PLACE; }

/* A cast of an integer to a pointer, too. */
static inline MPI_Status *cmpi_status_ignore(void) { return MPI_STATUS_IGNORE; }
static inline MPI_Request cmpi_request_null(void) { return MPI_REQUEST_NULL; }
/* Negative integers in parentheses or in a cast. */
static inline int cmpi_undefined(void) { return MPI_UNDEFINED; }
static inline int cmpi_any_source(void) { return MPI_ANY_SOURCE; }
static inline int cmpi_any_tag(void) { return MPI_ANY_TAG; }

/* Enumerators in Open MPI, plain macros in MPICH: as functions they have one type in Swift. */
static inline int cmpi_thread_serialized(void) { return MPI_THREAD_SERIALIZED; }
static inline int cmpi_comm_type_shared(void) { return MPI_COMM_TYPE_SHARED; }

/* Macros that end in another header's macros in Open MPI. */
static inline int cmpi_max_error_string(void) { return MPI_MAX_ERROR_STRING; }
static inline int cmpi_max_library_version_string(void) { return MPI_MAX_LIBRARY_VERSION_STRING; }

/* Headers of either family say what they are in macros that Swift does not import, or not as one text. */
#define CMPI_TEXT(x) CMPI_QUOTED(x)
#define CMPI_QUOTED(x) #x
static inline const char *cmpi_built_version(void) {
#if defined(OMPI_MAJOR_VERSION)
    return "Open MPI v" CMPI_TEXT(OMPI_MAJOR_VERSION) "." CMPI_TEXT(OMPI_MINOR_VERSION) "." CMPI_TEXT(OMPI_RELEASE_VERSION);
#elif defined(MPICH_VERSION)
    return "MPICH Version: " MPICH_VERSION;
#else
    return "unknown";
#endif
}
