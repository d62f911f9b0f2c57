import Datasets
import Testing
import TestSupport

extension DatasetsTests {
    /// csv and tsv.
    @Suite struct DelimitedTests {
        private func prepare(
            _ text: String, _ kind: Preparation = .csv, _ change: (inout SourceOptions) -> Void = { _ in }
        ) throws -> Prepared {
            try withTemporaryDirectory { directory in
                try write(Array(text.utf8), to: directory + "/table.\(kind.rawValue)")
                return try Prepared(kind, directory + "/table.\(kind.rawValue)", change)
            }
        }

        private func refusal(
            _ text: String, _ kind: Preparation = .csv, _ change: (inout SourceOptions) -> Void = { _ in }
        ) -> String {
            message { _ = try prepare(text, kind, change) }
        }

        @Test func tablesRoundTrip() throws {
            let table = #"""
                name,height,"quoted, name",species
                a,1.5,-2e3,cat
                "b ""b""",.25,0,dog

                "c
                c",+3,7,cat

                """#
            for text in [table, table.replacing("\n", with: "\r\n"), "\u{FEFF}" + table] {
                let result = try prepare(text) {
                    $0.label = "species"
                    $0.id = "name"
                }
                #expect(result.data.storedFloats == [1.5, -2000, 0.25, 0, 3, 7])
                #expect(result.data.featureNames == ["height", "quoted, name"])
                #expect(result.data.classNames == ["cat", "dog"] && result.data.labels == [0, 1, 0])
                #expect(result.ids.prefix(2) == ["a", "b \"b\""] && result.ids[2].hasPrefix("c"))
                #expect(result.data.name == "table" && result.data.scale == 1)
            }
        }

        @Test func rowsWithoutIdsAreNumbered() throws {
            let result = try prepare("x\ty\n1\t2\n3\t4\n5\t6", .tsv) { $0.scale = 0.5 }
            #expect(result.data.ids == .numbers([0, 1, 2]) && result.data.labels == nil)
            #expect(result.data.storedFloats == [1, 2, 3, 4, 5, 6] && result.data.scale == 0.5)
        }

        @Test func numericLabelsKeepTheirOrder() throws {
            let result = try prepare("x,y\n1,10\n2,9\n3,10\n4,2") { $0.label = "y" }
            #expect(result.data.classNames == ["2", "9", "10"] && result.data.labels == [2, 1, 2, 0])
        }

        @Test func largeTablesArriveWhole() throws {
            var text = "a,b\n"
            for row in 0..<200_000 { text += "\(row),\(row % 7)\n" }
            let result = try prepare(text) { $0.label = "b" }
            #expect(result.data.storedFloats == (0..<200_000).map(Float.init))
            #expect(result.data.labels == (0..<200_000).map { Int32($0 % 7) })
        }

        @Test(arguments: [
            (SourceOptions.Imputation.mean, [3 as Float, 10]), (.median, [2, 10]), (.zero, [0, 0]),
        ])
        func missingValuesAreReplaced(imputation: SourceOptions.Imputation, values: [Float]) throws {
            let text = "a,b,c\n1,10,0\n,NA,0\n2,10,0\n6,nan,0"
            let result = try prepare(text) { $0.impute = imputation }
            #expect(
                result.data.storedFloats == [1, 10, 0, values[0], values[1], 0, 2, 10, 0, 6, values[1], 0])
            #expect(refusal(text).contains("line 3, column 'a': the value is missing"))
        }

        @Test func whatIsWrongIsNamed() {
            let cases: [(String, String)] = [
                ("a,b\n1,2\n3", "line 3 has 1 fields, the header has 2"),
                ("a,b\n1,2\n\"x\ny\",3,4", "line 3 has 3 fields"),
                ("a,b\n1,2\n3,4\n5,6,7\n", "line 4 has 3 fields, the header has 2"),
                ("a,b\n1,two\n", "line 2, column 'b': 'two' is not a finite number"),
                ("a,b\n1,0x1F\n", "'0x1F' is not a finite number"),
                ("a,b\n1,inf\n", "'inf' is not a finite number"),
                ("a,b\n1,1e999\n", "'1e999' is not a finite number"),
                ("a,b\n1,1 2\n", "'1 2' is not a finite number"),
                ("a,b\n1,\"2", "line 2: a quote is not closed"),
                ("a,b\n1,\"2\"3\n", "line 2: text follows a closing quote"),
                ("a,b\n1,\u{0}2\n", "line 2: it holds a NUL byte"),
                ("1,2\n3,4\n", "its first line holds numbers, not the names of columns"),
                ("a,b\n", "it has a header, but no rows"), ("", "it is empty"),
            ]
            for (text, words) in cases {
                let found = refusal(text)
                #expect(found.contains(words) && found.contains("table.csv"), "\(found)")
            }
        }

        @Test func columnsThatDoNotExistHaveANearest() {
            let text = "Species,height,id\ncat,1,x\ndog,2,x\n"
            #expect(
                refusal(text) { $0.label = "specis" }.hasSuffix(
                    "there is no column 'specis' (the nearest is 'Species')"))
            #expect(
                refusal(text) {
                    $0.label = "Species"
                    $0.id = "id"
                }.contains("line 3: the id 'x' is there a second time"))
            #expect(refusal("a,a,b\n1,2,3") { $0.label = "a" }.contains("2 columns are called 'a'"))
            #expect(refusal("a\n1") { $0.label = "a" }.contains("no columns are left to be features"))
            #expect(refusal("a,b\n1,\n") { $0.label = "b" }.contains("line 2 has nothing in column 'b'"))
        }

        @Test func countsAreCounts() throws {
            let result = try prepare("a,b\n1,2\n0,300") { $0.isCounts = true }
            #expect(result.data.librarySizes == [3, 300] && result.data.scale == 1)
            #expect(
                refusal("a,b\n1,2\n0,-3") { $0.isCounts = true }
                    .contains("sample 1 has the value -3.0 at 'b', which is not a count"))
        }
    }
}
