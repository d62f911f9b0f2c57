import Foundation
import Testing
import TestSupport

@testable import Report

/// What people do on a page, in a browser.
@Suite(.serialized, .needs(.browser)) struct PageUseTests {
    /// The page after a script, which leaves its findings in `found`, one line each.
    private func findings(
        _ report: TreeReport, width: Int = 1440, doing script: String
    ) throws -> [String] {
        let page = try Page(report).html()
        let outcome = try withTemporaryDirectory {
            try Browser.open(
                page,
                doing: """
                    const found = [];
                    const one = (selector) => document.querySelector(selector);
                    const all = (selector) => [...document.querySelectorAll(selector)];
                    const press = (element, key) => element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
                    const click = (element) => element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
                    const isSeen = (element) => element.getClientRects().length > 0;
                    (() => { \(script) })();
                    document.body.dataset.found = JSON.stringify(found.map(String));
                    """, width: width, in: $0)
        }
        #expect(outcome.complaints == [])
        let text = try #require(outcome.data("found"))
        return try JSONDecoder().decode([String].self, from: Data(text.utf8))
    }

    @Test(.needs(.axe), arguments: [1440, 390], ["light", "dark"])
    func nothingKeepsPeopleFromUsingThePage(width: Int, theme: String) throws {
        for report in [SampleReport.whole(leaves: 5), SampleReport.words(leaves: 3)] {
            let script = """
                const node = document.querySelectorAll('.node[data-node="1"]');
                node[0].dispatchEvent(new MouseEvent("click", { bubbles: true }));
                document.getElementById("meanings").open = true;
                document.querySelectorAll("#provenance details").forEach((part) => { part.open = true; });
                \(try Axe.script(theme: theme))
                """
            let outcome = try withTemporaryDirectory {
                try Browser.open(
                    try Page(report).html(), doing: script, width: width, milliseconds: 20_000, in: $0)
            }
            #expect(outcome.data("axe") == "")
        }
    }

    @Test func theELBOStandsAsEvalPrintsIt() throws {
        let found = try findings(
            SampleReport.whole(leaves: 3),
            doing: "all('.tile').forEach((tile) => found.push(tile.textContent));")
        #expect(found.contains("ELBO-96.7123") && found.contains("reconstruction80.4000"))
        #expect(found.contains("KL nodes12.2500") && found.contains("KL decisions1.5623"))
        #expect(found.contains("LL, as published-92.5000") && found.contains("LL, bound-93.2500"))
    }

    /// Letters as wide as there are, in classes, words and the name of the data.
    @Test(arguments: [1100, 390]) func noTextLeavesTheTree(width: Int) throws {
        var words = SampleReport.words(leaves: 6)
        words.dataset = String(repeating: "W", count: 80)
        words.classes = (0..<4).map { _ in String(repeating: "WM", count: 30) }
        for id in words.nodes.indices {
            for place in words.nodes[id].features.indices {
                words.nodes[id].features[place].name = String(
                    repeating: place % 2 == 0 ? "W" : "im", count: 9 + 7 * place)
            }
        }
        for report in [words, SampleReport.whole(leaves: 12)] {
            let found = try findings(
                report, width: width,
                doing: """
                    for (const text of all(".tree-drawing text").filter(isSeen)) {
                      const [box, edge] = [text.getBoundingClientRect(), text.closest("svg").getBoundingClientRect()];
                      if (box.right > edge.right + 0.5 || box.left < edge.left - 0.5) found.push(text.textContent);
                    }
                    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
                    """)
            #expect(found == [])
        }
    }

    /// Long as they may be: no number is broken in two, no name leaves its box.
    @Test(arguments: [1440, 1100, 390]) func figuresStandOnOneLine(width: Int) throws {
        var report = SampleReport.whole(leaves: 3)
        report.bound?.elbo = -1234.5678
        let found = try findings(
            report, width: width,
            doing: """
                for (const tile of all(".tile")) {
                  const lines = (element) => Math.round(element.getBoundingClientRect().height / parseFloat(getComputedStyle(element).lineHeight));
                  if (lines(tile.querySelector("dd")) !== 1) found.push(tile.textContent);
                  if (tile.scrollWidth > tile.clientWidth) found.push(tile.textContent + " is too wide");
                }
                for (const shares of all(".planes small")) if (shares.getClientRects().length !== 1) found.push(shares.textContent);
                """)
        #expect(found == [])
    }

    @Test func aKeyboardReachesEverything() throws {
        let found = try findings(
            SampleReport.whole(leaves: 4),
            doing: """
                const node = one('.wide .node[data-node="1"]');
                node.focus();
                press(node, "Enter");
                found.push(document.activeElement.id, one("#details h3").textContent);
                found.push(one("#details").getBoundingClientRect().left >= one(".drawings").getBoundingClientRect().right);
                press(document.activeElement, "Escape");
                found.push(document.activeElement === node, one("#details").hidden);
                press(node, " ");
                found.push(node.getAttribute("aria-expanded"));
                press(node, " ");
                const chart = one(".chart-drawing");
                chart.focus();
                press(chart, "ArrowRight"); press(chart, "ArrowRight");
                found.push(one("#tip").textContent.split("\\n")[0]);
                const matrix = one("#confusion .scroll");
                matrix.focus();
                press(matrix, "ArrowRight"); press(matrix, "ArrowDown");
                found.push(one("#tip").textContent);
                // Whatever listens to clicks is a control, or has one beside it that does the same.
                found.push(all(".node, .chart-drawing, .scroll").every((element) => element.tabIndex === 0));
                """)
        #expect(
            found == [
                "details", "Node 1", "true", "true", "true", "false", "epoch 2, initial",
                "1 of class 1 in leaf 3", "true",
            ])
    }

    @Test func foldingAllLeavesNothingBehind() throws {
        let found = try findings(
            SampleReport.whole(leaves: 6),
            doing: """
                const seen = () => all(".tree.wide .tree-drawing > .heading, .tree.wide .row, .tree.wide .node, .tree.wide .link").filter(isSeen).map((element) => element.getAttribute("class").split(" ")[0]);
                const before = seen().length;
                click(one('[data-fold="all"]'));
                found.push(seen().join(" "));
                click(one('[data-fold="none"]'));
                found.push(seen().length === before);
                """)
        // The root and its two children, each one row.
        #expect(found == ["link link node node node", "true"])
    }

    @Test func curvesAreLookedAtCloser() throws {
        let found = try findings(
            SampleReport.whole(leaves: 3),
            doing: """
                const path = () => one("#chart-loss .curve").getAttribute("d");
                const ticks = () => all("#chart-loss .tick").map((tick) => tick.textContent).join(" ");
                const whole = path();
                one("#phase").value = "1";
                one("#phase").dispatchEvent(new Event("change"));
                found.push(one("#first-epoch").value + "-" + one("#last-epoch").value, path() !== whole);
                one("#logarithmic").click();
                found.push(all("#chart-loss .curve").every((curve) => !curve.getAttribute("d").includes("NaN")));
                one("#logarithmic").click();
                one("#all-epochs").click();
                found.push(one("#phase").value === "" && one("#last-epoch").value);
                const chart = one("#chart-loss .chart-drawing");
                chart.setPointerCapture = () => {};
                const box = chart.getBoundingClientRect();
                const drag = (kind, share) => chart.dispatchEvent(new PointerEvent(kind, { pointerType: "mouse", button: 0, clientX: box.left + box.width * share, clientY: box.top + 50, bubbles: true }));
                drag("pointerdown", 0.3); drag("pointermove", 0.5); drag("pointerup", 0.5);
                found.push(+one("#first-epoch").value > 1 && +one("#last-epoch").value < 12);
                """)
        #expect(found == ["5-8", "true", "true", "12", "true"])
    }

    @Test func samplesClassesAndNodesAreFound() throws {
        let found = try findings(
            SampleReport.whole(leaves: 4),
            doing: """
                const search = (text) => {
                  one("#find").value = text;
                  one("#find").dispatchEvent(new Event("input"));
                  return all("#found button").map((button) => button.textContent).join("; ");
                };
                found.push(search("class 2"), search("150"), search("leaf 3"), search("nonsense") || one("#found").textContent);
                click(one('[data-fold="all"]'));
                search("150");
                click(one("#found button"));
                const leaf = +one("#found button").textContent.match(/leaf (\\d+)/)[1];
                found.push(one("#details h3").textContent === "Leaf " + leaf, isSeen(one(`.wide .row[data-node="${leaf}"]`)));
                """)
        #expect(found[0].contains("class 2: 99 in leaf"))
        #expect(found[1].hasPrefix("sample 150: leaf "))
        #expect(found[2...] == ["Leaf 3", "nothing of that name", "true", "true"])
    }

    @Test func twoNodesStandSideBySideAndShowMore() throws {
        let found = try findings(
            SampleReport.whole(leaves: 4),
            doing: """
                for (const [side, id] of [["left", 3], ["right", 1]]) {
                  one(`#${side}-node`).value = id;
                  one(`#${side}-node`).dispatchEvent(new Event("change"));
                }
                const [left, right] = [one("#left-details"), one("#right-details")];
                found.push(left.querySelector("h3").textContent, right.querySelector("h3").textContent);
                found.push(right.textContent.includes("its split in 75.0"), right.textContent.includes("Mean of what is generated below"));
                const more = [...left.querySelectorAll("button")].find((button) => button.textContent.startsWith("Show"));
                found.push(more.textContent);
                click(more);
                found.push(left.querySelectorAll(".named li").length, left.querySelector(".named span").textContent);
                """)
        #expect(
            found == [
                "Leaf 3", "Node 1", "true", "true", "Show 24, with ids", "24", "sample 3-0",
            ])
    }

    @Test func drawingsAndTablesAreSaved() throws {
        var report = SampleReport.whole(leaves: 3)
        report.classes[0] = "one, \"two\""
        let found = try findings(
            report,
            doing: """
                const texts = [];
                const Whole = Blob;
                window.Blob = class extends Whole { constructor(parts, options) { super(parts, options); texts.push(parts.join("")); } };
                HTMLAnchorElement.prototype.click = function () { if (this.download) found.push(this.download); };
                for (const kind of ["tree", "nodes", "confusion", "curves", "members"]) one(`[data-download="${kind}"]`).click();
                const figure = new DOMParser().parseFromString(texts[0], "image/svg+xml");
                found.push(figure.querySelector("parsererror")?.textContent ?? figure.querySelectorAll("image").length);
                found.push(texts[0].includes("<use") || texts[0].includes("var("));
                for (const text of texts.slice(1)) found.push(text.trim().split("\\n").length, text.split("\\n")[1]);
                """)
        #expect(
            found == [
                "sample-tree.svg", "sample-nodes.csv", "sample-confusion.csv", "sample-curves.csv",
                "sample-members.csv", "6", "false", "6", "0,,0,0,300,0.75,99,100,100,1", "5",
                "\"one, \"\"two\"\"\",0,99,0", "13",
                "1,initial,0.5,0.5,0.1,2,1,0.001,2,100,0.25,90", "301", "0,\(report.leaves[0])",
            ])
    }

    /// Even where pictures are noise, which no file makes smaller: as many bytes as ``ModelReport/NodePictures`` allows.
    @Test func largePagesStayBelowFiveMegabytes() throws {
        var report = SampleReport.whole(leaves: 30, classes: 10)
        report.samples = 60_000
        let noise = { (count: Int) in (0..<count).map { _ in UInt8.random(in: 0...255) } }
        for id in report.nodes.indices {
            report.nodes[id].plane?.points = noise(3000)
            if report.nodes[id].isLeaf {
                report.nodes[id].data?.png = noise(1_700_000 / 60)
                report.nodes[id].generated?.png = noise(1_700_000 / 60)
                report.nodes[id].more?.sheet.png = noise(900_000 / 30)
            } else {
                report.nodes[id].data?.png = noise(400_000 / 29)
            }
        }
        report.members = TreeReport.Members(
            ids: [], leaves: (0..<60_000).map { report.leaves[$0 / 2000] })
        #expect(try Page(report).html().utf8.count < 5_000_000)
    }

    /// No page of paper ends with a heading.
    @Test(.needs(.program("pdftotext"))) func headingsOnPaperHaveWhatTheyHead() throws {
        try withTemporaryDirectory { directory in
            let pdf = try Browser.printed(try Page(SampleReport.whole(leaves: 12)).html(), in: directory)
            #expect(system("pdftotext -layout '\(pdf)' '\(directory)/text'") == 0)
            let pages = try String(contentsOfFile: directory + "/text", encoding: .utf8).split(
                separator: "\u{C}")
            #expect(pages.count > 1)
            for page in pages {
                let last = page.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) } ?? ""
                let headings = [
                    "Tree", "Latents", "Confusion matrix", "Training", "How the tree grew", "Nodes",
                    "Where this comes from",
                ]
                #expect(!headings.contains(last.trimmingCharacters(in: .whitespaces)))
            }
        }
    }
}

@Suite struct ComparisonPageTests {
    @Test func runsStandBesideEachOther() throws {
        var other = SampleReport.whole(leaves: 5)
        other.bound?.elbo = -95.5
        let page = ComparisonPage([("a", SampleReport.whole(leaves: 3)), ("b <&>", other)]).html
        #expect(page.components(separatedBy: "class=\"tree-drawing\"").count == 3)
        #expect(page.contains("<th scope=\"col\">b &lt;&amp;&gt;</th>"))
        #expect(
            page.contains(
                "<td>-96.71 <small>± 0.49</small></td><td>-95.50 <small>± 0.49</small></td><td>-96.11 ± 0.86</td>"
            ))
        #expect(page.contains("NMI") && !page.contains("<script"))
    }

    @Test(.needs(.browser)) func namesStandAboveTheirFigures() throws {
        let page = ComparisonPage([
            ("a", SampleReport.whole(leaves: 3)), ("b", SampleReport.whole(leaves: 5)),
        ]).html
        let outcome = try withTemporaryDirectory {
            try Browser.open(
                page,
                doing: """
                    const ends = (row) => [...document.querySelectorAll(`.comparison ${row} > *`)].slice(1).map((cell) => {
                      const words = document.createRange();
                      words.selectNodeContents(cell);
                      return Math.round(words.getBoundingClientRect().right);
                    }).join(" ");
                    document.body.dataset.found = ends("thead tr") === ends("tbody tr:nth-child(4)");
                    """, in: $0)
        }
        #expect(outcome.data("found") == "true")
    }

    @Test func namesAreAsShortAsTheyMayBe() {
        for (paths, names) in [
            (["runs/a", "runs/b"], ["a", "b"]),
            (["/x/s/seed-1/model.h5", "/x/s/seed-2/model.h5"], ["seed-1", "seed-2"]),
            (["a", "b"], ["a", "b"]), (["runs/a", "runs/a/checkpoints/c.h5"], ["a", "a/checkpoints/c.h5"]),
            (["a/x", "b/x"], ["a", "b"]), (["a", "a"], ["a", "a"]), (["/a", "/b/c"], ["a", "b/c"]),
        ] {
            #expect(ComparisonPage.shortened(paths) == names)
        }
    }

    @Test(.needs(.browser), .needs(.axe), arguments: [1440, 390], ["light", "dark"])
    func nothingKeepsPeopleFromUsingIt(width: Int, theme: String) throws {
        let page = ComparisonPage([
            ("a", SampleReport.whole(leaves: 3)), ("b", SampleReport.whole(leaves: 5)),
        ]).html
        let outcome = try withTemporaryDirectory {
            try Browser.open(
                page, doing: try Axe.script(theme: theme), width: width, milliseconds: 20_000, in: $0)
        }
        #expect(outcome.complaints == [] && outcome.data("axe") == "")
    }
}
