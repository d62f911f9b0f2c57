import Testing

@testable import ClusterMetrics

@Suite struct NewickTests {
    @Test func readsNamesLengthsAndComments() throws {
        let tree = try Newick.parse(
            " [a [nested] comment] ((a_1:1,'it''s (b)':2.5e-1 ) inner : 0.5 , c[last],\n,(d))root;\n")
        #expect(tree.parents == [nil, 0, 1, 1, 0, 0, 0, 6])
        #expect(tree.names == ["root", "inner", "a_1", "it's (b)", "c", nil, nil, "d"])
        #expect(tree.branchLengths == [nil, 0.5, 1, 0.25, nil, nil, nil, nil])
        #expect(tree.leaves == [2, 3, 4, 5, 7])
    }

    @Test(arguments: [
        "a;", ";", "(a);", "((a:1.0,b:2.0)i:0.5,(c,d,e)'j k')r;", "(,);", "('it''s',x_y,'','[z]');",
        "(é,'ß ö');",
    ])
    func writesWhatItReads(_ text: String) throws {
        let tree = try Newick.parse(text)
        #expect(Newick.write(tree) == text)
        #expect(try Newick.parse(Newick.write(tree)) == tree)
    }

    @Test(arguments: [
        ("", 1, "the text ends without ';'"),
        ("(a,b)", 6, "the text ends without ';'"),
        ("(a,(b,c);", 9, "';' comes before ')'"),
        ("(a,(b,c)", 1, "this '(' is not closed"),
        ("(a,b));", 6, "')' without '('"),
        ("a,b;", 2, "',' outside of parentheses"),
        ("(a b,c);", 4, "expected ',' or ')', found \"b\""),
        ("(é:x,c);", 4, "expected a branch length after ':', found \"x\""),
        ("(a:,c);", 4, "expected a branch length after ':', found \",\""),
        ("(a,'b);", 4, "this quoted name is not closed"),
        ("(a,[b);", 4, "this comment is not closed"),
        ("(a,b); (c,d);", 8, "expected nothing after ';', found \"(\""),
        ("(a,b)(c,d);", 6, "expected ';', found \"(\""),
    ])
    func saysWhereATextIsNoTree(_ text: String, _ position: Int, _ reason: String) {
        let error = #expect(throws: NewickError.self) { try Newick.parse(text) }
        #expect(error?.position == position)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test func readsADeepTree() throws {
        let depth = 100_000
        let text = String(repeating: "(", count: depth) + "a" + String(repeating: ",b)", count: depth) + ";"
        let tree = try Newick.parse(text)
        #expect(tree.leaves.count == depth + 1)
        #expect(Newick.write(tree) == text)
    }
}
