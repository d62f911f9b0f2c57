# A recipe for Spack. From the root of the checkout:
#
#   spack repo add launch/cluster/spack
#   spack dev-build treevae-dist@main
#
# Swift is none of Spack's packages: 'swift' has to be on the path, 6.3 or newer.

from spack.package import *


class TreevaeDist(Package):
    """Trains Tree Variational Autoencoders on many processes."""

    homepage = "https://arxiv.org/abs/2306.08984"

    version("main")

    variant("march", default="x86-64-v3", description="Instruction set of the kernels", values=str)

    depends_on("pkgconfig", type="build")
    depends_on("mpi")
    depends_on("hdf5~mpi")
    depends_on("openblas threads=none")
    depends_on("xxhash")
    depends_on("zlib-api")
    depends_on("libarchive")
    depends_on("libpng")
    depends_on("libjpeg-turbo")

    def setup_build_environment(self, env):
        env.set("TREEVAE_MARCH", self.spec.variants["march"].value)
        # All libraries are Spack's.
        env.set("TREEVAE_INSTALLS", "0")

    def install(self, spec, prefix):
        Executable("launch/install")(prefix)
