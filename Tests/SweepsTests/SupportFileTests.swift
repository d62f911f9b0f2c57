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

    @Test(arguments: [
        "", "a,b\n", "seed,node,support\n1,2\n", "seed,node,support\n1,2,1.5\n", "seed,node,support\nx,2,1\n",
    ])
    func whatIsNoSupportIsRefused(_ text: String) throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/support.csv"
            try write(text.utf8, to: path)
            #expect(message { _ = try SupportFile(path) }.hasPrefix(path))
        }
    }
}
