import Drawing
import Testing

@testable import Report

@Suite struct LayoutTests {
    @Test func leavesStandInRowsAndNodesBetweenTheirChildren() {
        //      0
        //    1   2
        //   3 4
        let layout = TreeLayout(children: [[1, 2], [3, 4], [], [], []])
        #expect(layout.leaves == [3, 4, 2])
        #expect(layout.rows == [1.25, 0.5, 2, 0, 1])
        #expect(layout.depths == [0, 1, 1, 2, 2] && layout.depth == 2)
    }

    @Test func aRootAloneAndAnOnlyChildHavePlaces() {
        #expect(TreeLayout(children: [[]]).rows == [0])
        let chain = TreeLayout(children: [[1], [2], []])
        #expect(chain.leaves == [2] && chain.rows == [0, 0, 0] && chain.depths == [0, 1, 2])
    }

    @Test func subtreesDoNotCross() {
        let children = SampleReport.tree(leaves: 200)
        let layout = TreeLayout(children: children)
        #expect(Set(layout.leaves).count == 200)
        for below in children where below.count == 2 {
            #expect(layout.rows[below[0]] < layout.rows[below[1]])
        }
    }
}

@Suite struct WordingTests {
    @Test func namesCannotBreakOutOfMarkup() {
        let name = "</script><b title='x\"y'>&\u{1}"
        #expect(Markup.escape(name) == "&lt;/script&gt;&lt;b title=&#39;x&quot;y&#39;&gt;&amp;\u{FFFD}")
        #expect(Markup.element("i", ["a": name]).count { $0 == "<" } == 1)
    }

    @Test func numbersAreShortAndWhole() {
        #expect(
            [0, 1.0, -0.25, 2.345, -3.1, 1234.5].map(Markup.number) == [
                "0", "1", "-0.25", "2.35", "-3.1", "1234.5",
            ])
        #expect(Markup.number(.nan) == "0" && Markup.number(.infinity) == "0")
        #expect([0, 999, 1000, 1_234_567].map { Wording.count($0) } == ["0", "999", "1,000", "1,234,567"])
        #expect(Wording.count(1, "leaf", "leaves") == "1 leaf")
    }

    @Test func ticksAreRoundAndInside() {
        #expect(Axis.ticks(0, 1, about: 4) == [0, 0.5, 1])
        #expect(Axis.ticks(87, 412, about: 4) == [100, 200, 300, 400])
        #expect(Axis.ticks(5, 5, about: 4) == [5])
        let axis = Axis(0.1, 0.3)
        #expect(axis.ticks.map(axis.text) == ["0.10", "0.15", "0.20", "0.25", "0.30"])
    }

    @Test func wordsFillLinesAndNoMore() {
        let words = ["space", "nasa", "orbit", "launch"]
        func lines(_ words: [String], width: Double, _ lines: Int) -> [String] {
            TextWidth.wrapped(words, width: width, size: 10, lines: lines)
        }
        #expect(lines(words, width: 70, 1) == ["space  nasa"])
        #expect(lines(words, width: 70, 2) == ["space  nasa", "orbit  launch"])
        #expect(lines(words, width: 400, 2) == ["space  nasa  orbit  launch"])
        #expect(lines(["incomprehensibilities"], width: 60, 1) == ["incompre…"])
    }

    /// However wide its letters, what was clipped takes no more than its room.
    @Test(arguments: ["WWWWWWWWWWWW", "illillillillilli", "漢字漢字漢字漢字", "", "a"])
    func clippedTextFits(_ text: String) {
        for width in [20.0, 50, 1000] {
            let clipped = TextWidth.clipped(text, to: width, size: 12)
            #expect(TextWidth.most(clipped, size: 12) <= width)
            #expect(clipped == text || clipped.hasSuffix("…"))
        }
    }

    @Test func coloursAreManyAndDiffer() {
        let colours = (0..<Palette.count).map(Palette.light)
        #expect(Set(colours).count == Palette.count && colours.allSatisfy { $0.count == 7 })
        #expect(Palette.name(Palette.count) == Palette.name(0))
    }
}
