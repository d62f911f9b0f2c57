import Foundation
import Testing

@testable import RunLog

/// A record in which every number differs.
func record(
    epoch: Int = 3, loss: Double = 101.5, contrastive: Double? = nil, acc: Double? = nil
) -> EpochRecord {
    EpochRecord(
        phase: "subtree", phaseIndex: 4, growthStep: 2, epoch: epoch, leaves: 5, loss: loss, recLoss: 90.25,
        klRoot: 1.5, klNodes: 7.125, klDecisions: 0.1, contrastive: contrastive, alpha: 0.003,
        learningRate: 1e-4,
        seconds: 12.5,
        samplesPerSecond: 4800.75, acc: acc)
}

@Suite struct EpochRecordTests {
    @Test func lineHasTheKeysOthersRelyOn() throws {
        let line = record(acc: 0.5).jsonLine()
        #expect(
            line == """
                {"acc":0.5,"alpha":0.003,"epoch":3,"growth_step":2,"kl_decisions":0.1,"kl_nodes":7.125,\
                "kl_root":1.5,"learning_rate":0.0001,"leaves":5,"loss":101.5,"phase":"subtree","phase_index":4,\
                "rec_loss":90.25,"samples_per_second":4800.75,"seconds":12.5}
                """)
        #expect(try JSONDecoder().decode(EpochRecord.self, from: Data(line.utf8)) == record(acc: 0.5))
    }

    /// Runs without the contrastive extension say nothing of it.
    @Test func contrastiveTermsAreThereWhereTheyAreTrained() throws {
        #expect(!record().jsonLine().contains("contrastive"))
        #expect(!record().line(epochs: 9).contains("contrastive"))
        let contrastive = record(contrastive: 12.25)
        let line = contrastive.jsonLine()
        #expect(line.contains("\"contrastive\":12.25,"))
        #expect(try JSONDecoder().decode(EpochRecord.self, from: Data(line.utf8)) == contrastive)
        #expect(EpochRecord(phase: contrastive.phase) { contrastive[$0] } == contrastive)
        #expect(contrastive.line(epochs: 9).contains("  kl 8.725  contrastive 12.25  alpha"))
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNotFiniteBecomesNull(_ value: Double) throws {
        let line = record(loss: value).jsonLine()
        #expect(line.contains("\"loss\":null"))
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        #expect(try JSONDecoder().decode(EpochRecord.self, from: Data(line.utf8)).loss.isNaN)
    }

    @Test func columnsGiveTheRecordBack() {
        let record = record(acc: 0.25)
        #expect(EpochRecord(phase: record.phase) { record[$0] } == record)
        #expect(record[.nmi] == nil)
        #expect(EpochRecord(phase: "initial") { _ in nil }.loss.isNaN)
    }
}
