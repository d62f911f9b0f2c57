import Foundation
import Testing
import TestSupport

@testable import Report

@Suite struct PageTests {
    private func count(_ text: String, in page: String) -> Int {
        page.components(separatedBy: text).count - 1
    }

    @Test func everySectionIsThere() throws {
        let page = try Page(SampleReport.pictures(leaves: 5)).html()
        for section in ["tree", "confusion", "curves", "growth", "nodes", "provenance"] {
            #expect(count("<section id=\"\(section)\">", in: page) == 1, "\(section)")
        }
        #expect(count("<image id=\"data-", in: page) == 5 && count("<image id=\"generated-", in: page) == 5)
        #expect(count("class=\"chart-drawing\"", in: page) == 6)
        #expect(count("class=\"growth-drawing\"", in: page) == 4)
        #expect(page.contains("seed: 1") && page.contains("model.h5"))
    }

    /// Without labels, epochs or records of growth there is no empty section, heading or figure.
    @Test func whatIsNotKnownHasNoPlace() throws {
        var report = SampleReport.pictures(leaves: 3, classes: 0)
        report.growth = []
        let page = try Page(report).html()
        for text in [
            "id=\"confusion\"", "<th>purity", "mostly", "NMI", "class=\"legend", "id=\"growth\"",
            "id=\"attributes\"",
        ] {
            #expect(!page.contains(text), "\(text)")
        }
        report.history = []
        #expect(try !Page(report).html().contains("id=\"curves\""))
    }

    @Test func aPageFetchesNothing() throws {
        let page = try Page(SampleReport.pictures(leaves: 3)).html()
        #expect(page.contains("default-src 'none'"))
        // A namespace is a name, though it looks like an address.
        let rest = page.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
        #expect(!rest.contains("http://") && !rest.contains("https://") && !rest.contains("@import"))
        #expect(!rest.contains("<script src") && !rest.contains("<link rel=\"stylesheet"))
    }

    @Test func hostileNamesStayNames() throws {
        var report = SampleReport.words(leaves: 2)
        let name = "</script><script>alert(1)</script>"
        report.dataset = name
        report.classes[0] = name
        report.nodes[1].features[0].name = name
        report.facts.append(.init(name, name))
        report.configuration = name
        let page = try Page(report).html()
        #expect(count("<script", in: page) == 2 && count("</script>", in: page) == 2)
        #expect(!TreeFigure(report).svg.contains("<script"))
    }

    @Test func manyLeavesFitAPage() throws {
        let report = SampleReport.pictures(leaves: 200, classes: 50)
        let drawing = TreeDrawing(report, width: .wide, use: .page)
        #expect(drawing.metrics.rowHeight >= 22 && drawing.metrics.rowHeight < 40)
        // Pictures end before the drawing does.
        let end = drawing.metrics.generatedX + 8 * drawing.metrics.picture.width
        #expect(end <= drawing.metrics.width && drawing.metrics.picture.width >= 16)
        #expect(try Page(report).html().utf8.count < 3_000_000)
    }

    @Test(arguments: [1, 2, 3, 10, 61, 200]) func nothingOverlapsOrLeavesTheDrawing(leaves: Int) {
        for report in [
            SampleReport.pictures(leaves: leaves, side: 64, count: 16), SampleReport.words(leaves: leaves),
        ] {
            for width in [TreeDrawing.Metrics.Width.wide, .narrow] {
                let metrics = TreeDrawing(report, width: width, use: .page).metrics
                #expect(metrics.glyph > 0 && metrics.step > 0)
                #expect(metrics.dataX > metrics.margin + metrics.step + metrics.glyph || leaves == 1)
                #expect(metrics.contentWidth >= 150)
                #expect(metrics.generatedX + 8 * metrics.picture.width <= metrics.width)
                let sheets = metrics.isNarrow ? 2 * metrics.sheetHeight : metrics.sheetHeight
                #expect(metrics.rowHeight >= sheets)
            }
        }
    }

    @Test func theFigureIsADocumentOfItsOwn() throws {
        let svg = TreeFigure(SampleReport.pictures(leaves: 3)).svg
        #expect(count("data:image/png;base64,", in: svg) == 6 && !svg.contains("<use"))
        #expect(!svg.contains("var(") && !svg.contains("light-dark") && svg.contains(".c0{fill:#332288}"))
    }
}

/// Pages as a browser sees them.
@Suite(.serialized, .needs(.browser)) struct BrowserTests {
    private func open(_ report: TreeReport, doing script: String = "") throws -> Browser.Outcome {
        let page = try Page(report).html()
        let outcome = try withTemporaryDirectory { try Browser.open(page, doing: script, in: $0) }
        #expect(outcome.complaints == [])
        #expect(outcome.document.contains("data-requests=\"0\""))
        return outcome
    }

    @Test func pagesOfEveryKindOpenWithoutComplaint() throws {
        for report in [
            SampleReport.pictures(leaves: 1, classes: 1),
            SampleReport.pictures(leaves: 2, classes: 0, side: 1, count: 1),
            SampleReport.words(leaves: 5), SampleReport.pictures(leaves: 200, classes: 50),
        ] {
            let outcome = try open(report)
            // One row in the wide drawing and one in the narrow.
            #expect(outcome.count("class=\"row\"") == 2 * report.leaves.count)
        }
    }

    @Test func theFigureIsWellFormed() throws {
        var report = SampleReport.pictures(leaves: 3)
        report.classes[0] = "<&>\"'"
        let text = String(decoding: try JSONEncoder().encode(TreeFigure(report).svg), as: UTF8.self)
            .replacingOccurrences(of: "<", with: "\\u003c")
        let outcome = try withTemporaryDirectory {
            try Browser.open(
                "<html><body></body></html>",
                doing: """
                    const figure = new DOMParser().parseFromString(\(text), "image/svg+xml");
                    document.title = figure.querySelector("parsererror")?.textContent ?? figure.documentElement.tagName;
                    """, in: $0)
        }
        #expect(outcome.document.contains("<title>svg</title>"))
    }

    @Test func aNodeFoldsAndTellsItsDetails() throws {
        let report = SampleReport.pictures(leaves: 4)
        let outcome = try open(
            report,
            doing: """
                const click = (selector) => document.querySelector(selector).dispatchEvent(new MouseEvent("click", { bubbles: true }));
                click('.wide .node[data-node="1"] .handle');
                click('.wide .node[data-node="2"] rect');
                click('#theme');
                """)
        #expect(outcome.document.contains("<h3>Node 2</h3>") && outcome.document.contains("200 samples"))
        #expect(outcome.count("<text class=\"folded-note\"") == 2)
        // Leaves 3 and 4, below node 1, are gone from both drawings: their rows, their nodes, their links.
        #expect(outcome.count("display: none;\"") == 2 * 2 * 3)
        #expect(outcome.document.contains("data-theme=\"light\""))
    }
}
