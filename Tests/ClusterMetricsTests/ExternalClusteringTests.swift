import Foundation
import Testing

@testable import ClusterMetrics

@Suite struct ExternalClusteringTests {
    private func clustering(
        tree: String = "((a,b)i,c);", assignments: String = "sample,leaf\n1,a\n2,b\n3,c\n",
        labels: String = "sample,label\n1,x\n2,x\n3,y\n"
    ) throws -> ExternalClustering {
        try ExternalClustering(
            tree: tree, file: "t.nwk",
            assignments: SampleColumn(assignments, file: "a.csv", column: "leaf"),
            labels: SampleColumn(labels, file: "l.csv", column: "label"))
    }

    @Test func joinsThreeFiles() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        func file(_ name: String, _ text: String) throws -> String {
            let path = directory.appendingPathComponent(name).path
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return path
        }
        let clustering = try ExternalClustering(
            tree: file("t.nwk", "((a,b),c,d);\n"),
            assignments: file("a.csv", "sample,leaf\r\n1,a\r\n2,b\r\n3,\"c\"\r\n4,c"),
            labels: file("l.csv", "label,extra,sample\n\"y,\"\"z\"\"\",0,3\nx,0,1\nx,0,2\n\nx,0,4\n"))
        #expect(clustering.table.counts == [0, 0, 1, 0, 1, 1, 1, 0])
        let scores = clustering.scores
        // Pairs of x: (1, 2) meet below the inner node, purely; (1, 4) and (2, 4) at the root, 3 of 4.
        #expect(abs(scores.dp - (1 + 0.75 + 0.75) / 3) < 1e-15)
        #expect(scores.lp == 0.75)
        #expect(scores.acc == 0.5)
    }

    @Test func saysWhatCannotBeRead() {
        let missing = #expect(throws: AssignmentError.self) {
            try SampleColumn(contentsOf: "/nowhere/a.csv", column: "leaf")
        }
        #expect(missing?.description == "/nowhere/a.csv: cannot be read: No such file or directory")
        let directory = #expect(throws: AssignmentError.self) {
            try SampleColumn(contentsOf: "/tmp", column: "leaf")
        }
        #expect(directory?.description == "/tmp: cannot be read: Is a directory")
    }

    @Test(arguments: [
        ("", "a.csv:1: the file is empty"),
        ("sample,leaf\n", "a.csv: the file has a header but no samples"),
        ("1,a\n2,b\n", "a.csv:1: expected a header with the columns \"sample\" and \"leaf\", found \"1,a\""),
        ("sample,leaf\n1,a\n\n1,b\n", "a.csv:4: sample \"1\" stands on line 2 already"),
        ("sample,leaf\n1,a\n2\n", "a.csv:3: 1 fields where the header has 2"),
        ("sample,leaf\n1,a,\n", "a.csv:2: 3 fields where the header has 2"),
        ("sample,leaf\n\"1\n\",a\n2,z\n", "a.csv:4: leaf \"z\" of sample \"2\" is not in the tree in t.nwk"),
        ("sample,leaf\n1,\"a\n", "a.csv:2: a quoted field is not closed"),
        ("sample,leaf\n1,\"a\"b\n", "a.csv:2: text after a closing quote"),
        (
            "sample,leaf\n1,a\n2,i\n",
            "a.csv:3: leaf \"i\" of sample \"2\" is an inner node, not a leaf, of the tree in t.nwk"
        ),
        ("sample,leaf\n1,a\n9,b\n", "a.csv:3: sample \"9\" has no label in l.csv"),
        ("sample,leaf\n1,a\n2,b\n", "l.csv:4: sample \"3\" has no leaf in a.csv"),
    ])
    func refusesAssignments(_ text: String, _ message: String) {
        // The quoted line break gives the fourth line a label too.
        let labels =
            text.contains("\"1\n\"") ? "sample,label\n\"1\n\",x\n2,x\n" : "sample,label\n1,x\n2,x\n3,y\n"
        let error = #expect(throws: AssignmentError.self) {
            try clustering(assignments: text, labels: labels)
        }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        ("((a,b),c", "t.nwk: character 1: the text ends, but this '(' is not closed"),
        ("((a,b),a);", "t.nwk: two leaves are named \"a\""),
        ("((a,b),);", "t.nwk: leaf 3 has no name"),
    ])
    func refusesTrees(_ text: String, _ message: String) {
        let error = #expect(throws: AssignmentError.self) { try clustering(tree: text) }
        #expect(error?.description == message)
    }
}
