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

        /// What is missing stays NaN in the shards; numbers are standardised by those that are there, truth values and
        /// categories stay 0 and 1.
        @Test func missingValuesMayStayAway() throws {
            let text = "a,b,c\n1,True,x\n,False,y\n2,,x\n6,True,"
            let result = try prepare(text) {
                $0.impute = .mask
                $0.categories = ["c"]
            }
            let deviation = ((4.0 + 1 + 9) / 3).squareRoot()
            #expect(result.data.mayMiss && result.data.featureNames == ["a", "b", "c=x", "c=y"])
            let expected: [Float] = [
                Float(-2 / deviation), 1, 1, 0, .nan, 0, 0, 1, Float(-1 / deviation), .nan, 1, 0,
                Float(3 / deviation), 1, .nan, .nan,
            ]
            #expect(zip(result.data.storedFloats, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
        }

        /// Separators that are not guessed are asked for.
        @Test func otherSeparatorsAreSaid() throws {
            let text = "a^b^k\n1^2^u\n3^4^v"
            let found = message { _ = try prepare(text) { $0.label = "k" } }
            #expect(found.contains("is one field: say with --separator"))
            let result = try prepare(text) {
                $0.label = "k"
                $0.separator = "^"
            }
            #expect(result.data.storedFloats == [1, 2, 3, 4])
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

        @Test func dialectsAreRecognised() throws {
            let rows = (0..<30).map { ["\(Double($0) / 4)", "\($0 % 5)", $0 % 2 == 0 ? "u" : "v"] }
            func text(_ separator: String, _ end: String, decimal: String = ".", quoted: Bool = false)
                -> String
            {
                ([["a", "b", "k"]] + rows).map { row in
                    row.map { field in
                        let field = field.replacing(".", with: decimal)
                        return quoted ? "\"\(field)\"" : field
                    }.joined(separator: separator)
                }.joined(separator: end)
            }
            let values = rows.flatMap { [Float($0[0])!, Float($0[1])!] }
            let texts = [
                text(";", "\n"), text(";", "\r\n", decimal: ","), text("|", "\n"), text("\t", "\r"),
                text(";", "\n", decimal: ",", quoted: true), text(",", "\r"), text(",", "\n", quoted: true),
                "sep=;\r\n" + text(";", "\r\n", decimal: ","), "# made by a tool\n# of 3\n" + text(",", "\n"),
                text(",", "\n") + "\n,,\n , ,\n\n", text(" , ", "\n").replacing(",", with: "\t,\t"),
                "# " + text(",", "\n"), "\u{FEFF}sep=,\n" + text(",", "\n"),
            ]
            for text in texts {
                let result = try prepare(text) { $0.label = "k" }
                #expect(result.data.storedFloats == values, "\(text.prefix(60))")
                #expect(result.data.featureNames == ["a", "b"] && result.labels == rows.map { $0[2] })
            }
            #expect(refusal("a;b\n1,234;2\n3,456;1").contains("may separate thousands or decimals"))
            #expect(
                try prepare("a;b\n1,234;2\n3,456;1") { $0.decimal = "," }.data.storedFloats == [
                    1.234, 2, 3.456, 1,
                ])
            #expect(
                try prepare("a:b\n1:2") { $0.separator = ":" }.data.storedFloats == [1, 2])
            #expect(refusal("PK\u{3}\u{4}xyz").contains("it is a zip archive or a workbook"))
        }

        @Test func headersAreAskedForOrLeftOut() throws {
            let numbers = "1,2\n3,4\n"
            #expect(refusal(numbers).contains("say --no-header"))
            let plain = try prepare(numbers) { $0.hasHeader = false }
            #expect(
                plain.data.storedFloats == [1, 2, 3, 4]
                    && plain.data.featureNames == ["column_1", "column_2"])
            let years = try prepare(numbers) { $0.hasHeader = true }
            #expect(years.data.storedFloats == [3, 4] && years.data.featureNames == ["1", "2"])
        }

        @Test(arguments: [
            "#N/A", "#DIV/0!", "<NA>", "n/a", "NULL", "none", "-nan", "1.#IND", "#VALUE!", "NaT", ".", "?",
            " NA ",
        ])
        func missingValuesHaveManySpellings(text: String) throws {
            let result = try prepare("a,b\n0,0\n\(text),1\n2,2") { $0.impute = .mean }
            #expect(result.data.storedFloats == [0, 0, 1, 1, 2, 2])
        }

        @Test(arguments: ["NA", "nan", "?", "", "<NA>", "NULL"])
        func missingLabelsAreNoClass(text: String) {
            let found = refusal("a,k\n1,u\n2,\(text)\n3,v") { $0.label = "k" }
            #expect(found.contains("line 3") && found.contains("leave such rows out"), "\(found)")
        }

        @Test(arguments: [
            (",a\n0,5\n1,6\n2,7", ""), ("\"\",a\n\"1\",5\n\"2\",6", ""),
            ("Unnamed: 0,a\n3,5\n7,6", "Unnamed: 0"),
            ("index,a\n0,5\n1,6", "index"), ("rownames,a\n1,5\n2,6", "rownames"),
        ])
        func numbersOfRowsAreNoFeature(text: String, name: String) throws {
            #expect(refusal(text).contains("its first column, '\(name)', numbers the rows and is no feature"))
            #expect(try prepare(text) { $0.id = name }.data.featureNames == ["a"])
            #expect(try prepare(text) { $0.dropped = [name] }.data.featureNames == ["a"])
        }

        @Test func namesOfRowsWithoutAHeaderAreExplained() {
            #expect(refusal("a,b\n\"x\",1,2\n\"y\",3,4").contains("col.names = NA"))
        }

        @Test func columnsOfOtherKindsBecomeNumbers() throws {
            let text = "a,flag,colour,k\n0,False,blue,u\n1,True,red,v\n2,FALSE,red,u"
            #expect(refusal(text) { $0.label = "k" }.contains("--one-hot"))
            let result = try prepare(text) {
                $0.label = "k"
                $0.categories = ["colour"]
            }
            #expect(result.data.featureNames == ["a", "flag", "colour=blue", "colour=red"])
            #expect(result.data.storedFloats == [0, 0, 1, 0, 1, 1, 0, 1, 2, 0, 0, 1])
            let rest = try prepare(text) { $0.dropped = ["colour,k", "flag"] }
            #expect(rest.data.storedFloats == [0, 1, 2])
            #expect(refusal(text) { $0.dropped = ["color"] }.contains("the nearest is 'colour'"))
            let images = try prepare("y,p,q\nu,1,2\nv,3,4") {
                $0.label = "y"
                $0.shape = [1, 1, 2]
            }
            #expect(images.data.shape == [1, 1, 2] && images.data.storedFloats == [1, 2, 3, 4])
            #expect(
                refusal("p,q\n1,2") { $0.shape = [1, 2, 2] }.contains(
                    "samples have 2 values, --shape wants 4"))
        }

        private func notices(_ text: String, _ change: (inout SourceOptions) -> Void = { _ in }) throws
            -> [String]
        {
            try withTemporaryDirectory { directory in
                try write(Array(text.utf8), to: directory + "/table.csv")
                var options = SourceOptions()
                change(&options)
                return try Preparation.csv.source(from: directory + "/table.csv", options: options).notices
            }
        }

        @Test func lostDigitsAndUnevenSpreadsAreSaid() throws {
            let times =
                "time,v\n" + (0..<40).map { "\(1_700_000_000 + $0),\($0 % 3)" }.joined(separator: "\n")
            #expect(
                try notices(times).contains { $0.contains("column 'time'") && $0.contains("lost in 32 bits") }
            )
            let uneven =
                "a,b\n" + (0..<40).map { "\(Double($0 % 7) / 1000),\($0 % 5)" }.joined(separator: "\n")
            #expect(try notices(uneven).contains { $0.contains("so all are standardised") })
            #expect(
                try notices(uneven) { $0.isStandardised = false }.contains {
                    $0.contains("warning") && $0.contains("--standardise")
                })
            let counts = "a,b\n" + (0..<40).map { "\($0 % 2),\($0 % 5 * 1000)" }.joined(separator: "\n")
            #expect(try notices(counts).allSatisfy { !$0.contains("so all are standardised") })
            #expect(try notices("a,b\n1,2\n3,4").isEmpty)
        }

        @Test func greyValuesAreKnownFromCounts() throws {
            func table(_ value: (Int, Int) -> Int) -> String {
                ([(0..<20).map { "p\($0)" }] + (0..<50).map { row in (0..<20).map { "\(value(row, $0))" } })
                    .map { $0.joined(separator: ",") }.joined(separator: "\n")
            }
            let grey = table { ($0 * 7 + $1 * 3) % 17 }
            #expect(try notices(grey).contains { $0.contains("are taken as grey values") })
            #expect(try prepare(grey).data.scale == 1.0 / 16)
            #expect(try prepare(grey) { $0.scale = 1 }.data.scale == 1)
            let counts = table { $0 * $1 / 7 }
            #expect(
                try prepare(counts).data.scale == 1 && notices(counts).allSatisfy { !$0.contains("grey") })
        }

        @Test func pipesAreRefused() throws {
            #expect(message { _ = try Prepared(.csv, "/dev/null") }.contains("cannot be read twice"))
        }
    }
}
