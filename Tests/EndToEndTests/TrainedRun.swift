import Files
import Foundation
import TestSupport
import Testing

/// A training that has ended, made once for the tests that only want its model.
private enum TrainedRun {
    /// Where it lies, until the process ends.
    static let path = FileManager.default.temporaryDirectory.path + "/treevae-trained-\(getpid())"

    static let training = Result {
        try Directory.create(path)
        atexit { Directory.remove(TrainedRun.path) }
        try Pictures.write(to: path + "/data")
        let arguments = SmallRun(path).arguments("run") + ["--report-every", "phase"]
        let outcome = try Program.run(arguments, in: path)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }
}

/// Runs `body` in a directory of its own, which holds the shards of a tiny data set in `data` and a run on them in
/// `run`: `model.h5`, and `report.html` after every phase.
func withTrainedRun(_ body: (SmallRun) throws -> Void) throws {
    try TrainedRun.training.get()
    try withTemporaryDirectory { directory in
        for part in ["data", "run"] {
            try FileManager.default.copyItem(
                atPath: "\(TrainedRun.path)/\(part)", toPath: "\(directory)/\(part)")
        }
        try body(SmallRun(directory))
    }
}
