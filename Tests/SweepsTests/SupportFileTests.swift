import RunSupport
import TestSupport
import Testing

@testable import Sweeps

@Suite struct SupportFileTests {
    @Test func sharesAreThoseOfTheCheckpointsSeed() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/support.csv"
            var header = try SampleCheckpoint(epochs: 0).header
            header.configuration.seed = 7
            try write("seed,node,support\n6,0,1.0\n7,0,0.5\n7,1,0.25\n".utf8, to: path)
            #expect(try SupportFile(path).shares(of: header) == [0: 0.5, 1: 0.25])
            header.configuration.seed = 8
            #expect(
                message { _ = try SupportFile(path).shares(of: header) }.contains("says nothing of seed 8"))
            header.configuration.seed = 6
            #expect(message { _ = try SupportFile(path).shares(of: header) }.contains("sweep --table"))
        }
    }

    /// The same seed, the same splits, and yet another model.
    @Test func sharesAreOfOneModel() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/support.csv"
            var header = try SampleCheckpoint(epochs: 3).header
            header.configuration.seed = 7
            let model = header.courseDigest
            func write(_ digest: String) throws {
                try TestSupport.write(
                    "\(SupportFile.heading)\n7,0,0.5,\(digest)\n7,1,0.25,\(digest)\n".utf8, to: path)
            }
            try write(model)
            #expect(try SupportFile(path).shares(of: header, requiresModel: true) == [0: 0.5, 1: 0.25])
            try TestSupport.write(
                "\(SupportFile.heading)\n7,0,0.5,\(model)\n7,1,0.25,x\n".utf8, to: path)
            #expect(
                message { _ = try SupportFile(path).shares(of: header) }.contains(
                    "not that of the checkpoint"))
            try write(model)
            header.history[1].loss += 1e-12
            #expect(header.courseDigest != model)
            #expect(
                message { _ = try SupportFile(path).shares(of: header) }.contains(
                    "not that of the checkpoint"))
            // How long an epoch took says nothing of the model.
            header = try SampleCheckpoint(epochs: 3).header
            header.configuration.seed = 7
            header.history[1].seconds += 1
            #expect(header.courseDigest == model)
            // An earlier release told no models apart: whoever names its file is believed.
            try TestSupport.write("seed,node,support\n7,0,0.5\n7,1,0.25\n".utf8, to: path)
            #expect(try SupportFile(path).shares(of: header) == [0: 0.5, 1: 0.25])
            #expect(
                message { _ = try SupportFile(path).shares(of: header, requiresModel: true) }.contains(
                    "does not say which models"))
        }
    }

    @Test(arguments: [
        "", "a,b\n", "seed,node,support,model\n1,2,1\n", "seed,node,support\n1,2\n",
        "seed,node,support\n1,2,1.5\n", "seed,node,support\nx,2,1\n",
    ])
    func whatIsNoSupportIsRefused(_ text: String) throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/support.csv"
            try write(text.utf8, to: path)
            #expect(message { _ = try SupportFile(path) }.hasPrefix(path))
        }
    }
}
