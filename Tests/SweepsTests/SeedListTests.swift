import TestSupport
import Testing

@testable import Sweeps

@Suite struct SeedListTests {
    @Test func rangesAndSingleSeedsInTheirOrder() throws {
        #expect(try SeedList.parse("1-4") == [1, 2, 3, 4])
        #expect(try SeedList.parse("9,3-4,0") == [9, 3, 4, 0])
    }

    @Test(arguments: ["", "a", "1-", "-3", "4-2", "1--3", "1,,2", "0-99999"])
    func whatIsNoListIsRefused(_ text: String) {
        #expect(message { _ = try SeedList.parse(text) }.contains("neither a seed nor a range"))
    }

    @Test func aSeedIsNamedOnce() {
        #expect(message { _ = try SeedList.parse("1-3,2") }.contains("named twice"))
    }
}
