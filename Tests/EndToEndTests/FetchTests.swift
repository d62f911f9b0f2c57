import Datasets
import Files
import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    /// launch/fetch-data, against a web server on loopback and a local directory.
    @Suite(.needs(.program("curl")), .needs(.program("python3"))) struct FetchTests {
        private static let script = Repository.root + "/launch/fetch-data"

        /// A web server for the files of a directory that knows ranges, prints its port, and writes a line to
        /// `log` for every request. It ends with the script that it is part of.
        private static let server = """
            import http.server, os, sys
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    path = "mirror" + self.path
                    with open("log", "a") as log:
                        log.write(f"{self.path} {self.headers.get('Range')}\\n")
                    if not os.path.isfile(path):
                        return self.send_error(404)
                    data = open(path, "rb").read()
                    start = int(self.headers.get("Range", "bytes=0-")[6:-1])
                    if start >= len(data):
                        return self.send_error(416)
                    self.send_response(206 if start else 200)
                    if start:
                        self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
                    self.send_header("Content-Length", str(len(data) - start))
                    self.end_headers()
                    self.wfile.write(data[start:])
                def log_message(self, *arguments):
                    pass
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            print(server.server_address[1], flush=True)
            server.serve_forever()
            """

        /// Writes a mirror of CIFAR-10, small, with its checksums.
        private func writeMirror(_ directory: String) throws {
            var records: [UInt8] = []
            for record in 0..<40 {
                records.append(UInt8(record % 10))
                // Hard to compress.
                for pixel in 0..<3072 {
                    records.append(UInt8(truncatingIfNeeded: record * 7919 + pixel * pixel / 3))
                }
            }
            try Directory.create(directory + "/mirror")
            ArchiveFile.write(
                [
                    ("cifar-10-batches-bin/data_batch_1.bin", records),
                    ("cifar-10-batches-bin/test_batch.bin", records),
                ],
                as: .tarGzip, to: directory + "/mirror/cifar-10-binary.tar.gz")
            #expect(system("cd '\(directory)/mirror' && sha256sum *.gz > SUMS") == 0)
        }

        /// Runs shell commands with `fetch` for the script.
        private func shell(_ commands: String, in directory: String) throws -> (status: Int32, text: String) {
            let program = """
                cd '\(directory)' || exit
                export TREEVAE_BINARY='\(Program.path)'
                fetch() { timeout 60 '\(Self.script)' "$@"; }
                \(commands)
                """
            try program.write(toFile: directory + "/commands", atomically: true, encoding: .utf8)
            let status = system("bash '\(directory)/commands' > '\(directory)/text' 2>&1")
            return (status >> 8, try String(contentsOfFile: directory + "/text", encoding: .utf8))
        }

        @Test func downloadsGoOnAndArePrepared() throws {
            try withTemporaryDirectory { directory in
                try writeMirror(directory)
                try Self.server.write(toFile: directory + "/server.py", atomically: true, encoding: .utf8)
                let outcome = try shell(
                    """
                    python3 server.py > port & server=$!
                    trap 'kill $server' EXIT
                    while [ ! -s port ]; do sleep 0.05; done
                    # The first 1000 bytes came before.
                    mkdir -p data/downloads/cifar-10
                    head -c 1000 mirror/cifar-10-binary.tar.gz > data/downloads/cifar-10/cifar-10-binary.tar.gz.part
                    fetch cifar-10 --from http://127.0.0.1:$(cat port) --checksums mirror/SUMS || exit 3
                    # All is there: nothing is asked for.
                    fetch cifar-10 --from http://127.0.0.1:$(cat port) --checksums mirror/SUMS || exit 4
                    # What came before is of another file.
                    mkdir -p other/downloads/cifar-10
                    head -c 900000 /dev/zero > other/downloads/cifar-10/cifar-10-binary.tar.gz.part
                    TREEVAE_MIRROR=http://127.0.0.1:$(cat port)/ fetch cifar-10 other --checksums mirror/SUMS || exit 5
                    """, in: directory)
                #expect(outcome.status == 0, "\(outcome.text)")
                let requests = try String(contentsOfFile: directory + "/log", encoding: .utf8).split(
                    separator: "\n")
                #expect(
                    requests == [
                        "/cifar-10-binary.tar.gz bytes=1000-", "/cifar-10-binary.tar.gz bytes=900000-",
                        "/cifar-10-binary.tar.gz None",
                    ])
                for name in ["data", "other"] {
                    let train = try Dataset.load(directory: "\(directory)/\(name)/cifar-10", split: .train)
                    #expect(train.count == 40 && train.shape == [3, 32, 32])
                }
            }
        }

        @Test func localDirectoriesAreMirrors() throws {
            try withTemporaryDirectory { directory in
                try writeMirror(directory)
                let outcome = try shell(
                    "fetch cifar-10 'my data' --from mirror --checksums mirror/SUMS", in: directory)
                #expect(outcome.status == 0 && outcome.text.contains("train: 40 samples"), "\(outcome.text)")
                #expect(Directory.exists(directory + "/my data/cifar-10"))
            }
        }

        @Test(
            arguments: [
                ("cifar-10 --from mirror", "md5 sum is not c32a1d4ab5d03f1284b67883e8d87530"),
                ("cifar-10 --from http://127.0.0.1:9", "cannot be downloaded"),
                ("cifar-100 --from mirror", "cannot be downloaded"),
                ("mnist --from mirror --checksums mirror/SUMS", "there is no checksum of train-images"),
                ("mnist --checksums none", "none: cannot be read"),
                ("celeba", "given away under terms"), ("imagenet", "unknown data set 'imagenet'"),
                ("mnist --form x", "unknown option --form"), ("mnist --from", "--from needs a value"),
            ])
        func whatIsWrongIsTold(arguments: String, words: String) throws {
            try withTemporaryDirectory { directory in
                try writeMirror(directory)
                let outcome = try shell("fetch \(arguments)", in: directory)
                #expect(outcome.status != 0 && outcome.text.contains(words), "\(outcome.text)")
                #expect(!Directory.exists(directory + "/data/cifar-10"))
            }
        }
    }
}
