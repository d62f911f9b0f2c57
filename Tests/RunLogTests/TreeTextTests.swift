import Testing

@testable import RunLog

@Suite struct TreeTextTests {
    private let nodes = [
        TreeText.Node(id: 0, parent: nil, children: [1, 2], depth: 0, share: 1),
        TreeText.Node(id: 1, parent: 0, children: [3, 14], depth: 1, share: 0.6),
        TreeText.Node(
            id: 2, parent: 0, children: [], depth: 1, share: 0.4, purity: 0.9876, majorityClass: "7"),
        TreeText.Node(
            id: 14, parent: 1, children: [], depth: 2, share: 0.05, purity: 1, majorityClass: "four"),
        TreeText.Node(id: 3, parent: 1, children: [5], depth: 2, share: 0.55),
        TreeText.Node(id: 5, parent: 3, children: [], depth: 3, share: 0.55, purity: 0.5, majorityClass: "1"),
    ]

    @Test func nodesHangBelowTheirParents() {
        #expect(
            TreeText(nodes, style: .box).render() == """
                0              depth 0        100.0 %
                ├── 1          depth 1         60.0 %
                │   ├── 3      depth 2         55.0 %
                │   │   └── 5  depth 3  leaf   55.0 %  purity 0.500  mostly 1
                │   └── 14     depth 2  leaf    5.0 %  purity 1.000  mostly four
                └── 2          depth 1  leaf   40.0 %  purity 0.988  mostly 7

                """)
    }

    @Test func asciiHasTheSameShape() {
        let box = TreeText(nodes, style: .box).render()
        let ascii = TreeText(nodes, style: .ascii).render()
        #expect(ascii.allSatisfy { $0.isASCII })
        #expect(ascii.split(separator: "\n").map(\.count) == box.split(separator: "\n").map(\.count))
    }

    @Test func parametersAreAligned() {
        var counted = nodes
        for index in counted.indices { counted[index].parameters = index == 0 ? 1234 : index }
        let lines = TreeText(counted, style: .ascii).render().split(separator: "\n")
        #expect(lines[0].hasSuffix("  1234 parameters  100.0 %"))
        #expect(lines[5].hasSuffix("  leaf     2 parameters   40.0 %  purity 0.988  mostly 7"))
    }

    @Test func unknownSharesLeaveNothing() {
        let root = TreeText.Node(id: 0, parent: nil, children: [], depth: 0)
        #expect(TreeText([root], style: .ascii).render() == "0  depth 0  leaf\n")
    }
}
