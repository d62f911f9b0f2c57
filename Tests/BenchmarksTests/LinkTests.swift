import Benchmarks
import Testing
import ThreadRanks

@testable import Collectives

@Suite struct LinkTests {
    @Test func messagesTakeLatencyAndBandwidth() {
        let link = Link(latency: 2e-5, bandwidth: 1e9)
        #expect(abs(link.seconds(bytes: 1e6) - 1.02e-3) < 1e-12)
        #expect(abs(link.seconds(bytes: 1e6, pairs: 4) - 4.02e-3) < 1e-12, "latencies do not add up")
        #expect(Link(AllreduceModel(ranks: 2, latency: 2e-5, bandwidth: 1e9)) == link)
    }

    @Test func allRanksLearnTheLinkOfAPair() throws {
        let links = try ThreadCommunicator.run(ranks: 3) {
            try $0.link(between: [0, 2], bytes: 1 << 16, purpose: "a test")
        }
        #expect(links[0] == links[1] && links[0] == links[2])
        #expect(links[0].latency >= 0 && links[0].bandwidth > 0)
    }

    @Test func threadsShareAMachine() throws {
        let hosts = try ThreadCommunicator.run(ranks: 2) { try $0.hosts(purpose: "a test") }
        #expect(hosts[0] == hosts[1] && hosts[0].count == 2 && hosts[0][0] == hosts[0][1])
    }
}
