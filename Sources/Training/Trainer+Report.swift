import Files
import Inference
import ModelReport
import Report
import Store

extension Trainer {
    /// Writes the page that shows the run as it stands; collective.
    ///
    /// A page that cannot be written is no reason to give up a training: it is told, and the run goes on.
    ///
    /// - Parameter evaluation: of the model as it is; nil to make it now.
    func writeReport(_ evaluation: Evaluation? = nil) throws {
        let hasTestSplit = followedData !== trainingData
        let maker = ReportMaker(
            evaluator: evaluator, header: writer.header, dataset: followedData,
            part: hasTestSplit ? "test split" : "training split", origin: directory.path)
        guard let report = try maker.make(evaluation) else { return }
        do {
            try AtomicFile.write(try Page(report).html(), to: directory.report)
        } catch {
            reporter?.say("the report was not written: \(error)")
        }
    }

    /// Adds what each leaf generates in the mean to the events for TensorBoard, on the rank that has them.
    func logLeaves() throws {
        guard let reporter, reporter.takesPictures else { return }
        try reporter.add(LeafMeans(model, seed: configuration.seedBits).pictures)
    }
}
