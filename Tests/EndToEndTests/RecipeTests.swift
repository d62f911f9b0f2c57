import Foundation
import Testing
import TestSupport

extension Need {
    /// The language that environment modules are written in.
    static let tcl = Need("tclsh", .circumstance, isMet: executable("tclsh") != nil)
}

extension EndToEndTests {
    /// What `launch/cluster` has for administrators, with stand-ins for their programs: what the real ones would be told.
    @Suite struct RecipeTests {
        private let recipes = Repository.root + "/launch/cluster"

        /// What the archive of `launch/package` has, and the system's manual pages still.
        @Test(.needs(.tcl)) func theModulePutsTheArchiveOnThePaths() throws {
            try withTemporaryDirectory { directory in
                try """
                foreach command {module-whatis module prepend-path append-path setenv} {
                    proc $command args "puts \\[linsert \\$args 0 $command\\]"
                }
                proc is-loaded name { return 0 }
                source {\(recipes)/modulefile}
                """.write(toFile: directory + "/said.tcl", atomically: true, encoding: .utf8)
                #expect(system("cd '\(directory)' && tclsh said.tcl >said") == 0)
                let said = try String(contentsOfFile: directory + "/said", encoding: .utf8)
                #expect(
                    said.split(separator: "\n").dropFirst() == [
                        "module load openmpi", "prepend-path PATH /opt/treevae-dist/bin",
                        "prepend-path MANPATH /opt/treevae-dist/share/man", "append-path MANPATH {}",
                        "setenv OPENBLAS_NUM_THREADS 1",
                    ])
            }
        }

        /// Every library of Package.swift, and launch/install told to install nothing itself.
        @Test(.needs(.python("h5py"))) func spackBuildsWithItsOwnLibraries() throws {
            try withTemporaryDirectory { directory in
                try FileManager.default.createDirectory(
                    atPath: directory + "/spack", withIntermediateDirectories: true)
                try """
                asked, run = [], []
                class Package: pass
                def version(*names, **options): pass
                def variant(*names, **options): pass
                def depends_on(spec, **options): asked.append(spec.split("~")[0].split()[0])
                class Executable:
                    def __init__(self, path): self.path = path
                    def __call__(self, *arguments): run.append([self.path, *arguments])
                """.write(toFile: directory + "/spack/package.py", atomically: true, encoding: .utf8)
                let output = try PythonDocument.run(
                    """
                    import runpy, sys
                    from types import SimpleNamespace as Some
                    sys.path.insert(0, ".")
                    import spack.package as stand_in
                    recipe = runpy.run_path("\(recipes)/spack/packages/treevae-dist/package.py")["TreevaeDist"]()
                    recipe.spec = Some(variants={"march": Some(value="x86-64-v4")})
                    class Environment(dict): set = dict.__setitem__
                    environment = Environment()
                    recipe.setup_build_environment(environment)
                    recipe.install(recipe.spec, "/prefix")
                    print(sorted(stand_in.asked), environment, stand_in.run)
                    """, in: directory)
                #expect(
                    output == """
                        ['hdf5', 'libarchive', 'libjpeg-turbo', 'libpng', 'mpi', 'openblas', 'pkgconfig', 'xxhash', 'zlib-api'] \
                        {'TREEVAE_MARCH': 'x86-64-v4', 'TREEVAE_INSTALLS': '0'} [['launch/install', '/prefix']]

                        """)
            }
        }

        /// With TREEVAE_INSTALLS=0 the libraries are asked of pkg-config alone, and what is missing is named.
        @Test(.needs(.program("pkg-config"))) func setupInstallsNothingWhereItMayNot() throws {
            try withTemporaryDirectory { directory in
                func setup(_ environment: String) -> Int32 {
                    system(
                        "\(environment) TREEVAE_INSTALLS=0 '\(Repository.root)/launch/setup' >'\(directory)/said' 2>&1"
                    )
                }
                #expect(setup("") == 0)
                #expect(setup("PKG_CONFIG_LIBDIR='\(directory)' TREEVAE_MPI=ompi-c") != 0)
                let said = try String(contentsOfFile: directory + "/said", encoding: .utf8)
                #expect(said.contains("pkg-config does not know openblas"))
            }
        }
    }
}
