import Foundation
import Store
import Testing
import TestSupport

@testable import Datasets

extension DatasetsTests {
    @Suite struct NewsgroupsTests {
        private func terms(_ text: [UInt8]) -> [String] {
            var terms: [String] = []
            Tokenizer.terms(of: text) { terms.append(Tokenizer.text($0)) }
            return terms
        }

        @Test func termsAreRunsOfWordCharacters() {
            #expect(
                terms(Array("The cat's 2nd a_b __ x, I/O\n42 e-mail".utf8)) == [
                    "the", "cat", "2nd", "a_b", "__", "42", "mail",
                ])
            #expect(terms([]) == [] && terms(Array("a".utf8)) == [] && terms(Array("ab".utf8)) == ["ab"])
            // In Latin-1: "ÄÖ×ß÷ÿ ½² ªb·c".
            let latin: [UInt8] = [
                0xC4, 0xD6, 0xD7, 0xDF, 0xF7, 0xFF, 0x20, 0xBD, 0xB2, 0x20, 0xAA, 0x62, 0xB7, 0x63,
            ]
            #expect(terms(latin) == ["äö", "½²", "ªb"])
        }

        @Test func weightsAreThoseOfTheFormula() {
            let documents = ["to be or not to be", "to do", "do be do"].map { Array($0.utf8) }
            let weights = TermWeights(of: documents, limit: 3)
            // be 3, do 3, to 3, then not and or with 1 each.
            #expect(weights.terms.map(Tokenizer.text) == ["be", "do", "to"])
            let expected = log(4.0 / 3) + 1
            #expect(weights.weights == [expected, expected, expected])
            let vector = weights.vector(of: Array("do be do zzz".utf8))
            #expect(abs(vector[0] - 1 / Float(5).squareRoot()) < 1e-6)
            #expect(abs(vector[1] - 2 / Float(5).squareRoot()) < 1e-6 && vector[2] == 0)
            #expect(weights.vector(of: Array("nothing".utf8)) == [0, 0, 0])
            // Of equal counts the first in the alphabet.
            #expect(
                TermWeights(of: documents, limit: 4).terms.map(Tokenizer.text) == ["be", "do", "not", "to"])
        }

        static let posts: [(path: String, bytes: [UInt8])] = [
            ("20news-bydate-test/sci.space/9", Array("moon moon sun".utf8)),
            ("20news-bydate-train/sci.space/7", Array("the moon".utf8)),
            ("20news-bydate-train/alt.tea/12", Array("the tea".utf8)),
            ("20news-bydate-train/alt.tea/7", Array("the tea of the moon".utf8)),
            ("20news-bydate-test/alt.tea/7", Array("".utf8)),
        ]

        @Test func postsComeByGroupAndNumber() throws {
            try withTemporaryDirectory { directory in
                ArchiveFile.write(Self.posts, as: .tarGzip, to: directory + "/20news-bydate.tar.gz")
                for path in [directory, directory + "/20news-bydate.tar.gz"] {
                    let source = try Preparation.newsgroups.source(from: path)
                    #expect(source.schema.featureNames == ["moon", "of", "tea", "the"])
                    #expect(
                        source.schema.classNames == ["alt.tea", "sci.space"] && source.schema.shape == [4])
                    let found = try Delivery(source)
                    #expect(
                        found.ids == ["alt.tea/12", "alt.tea/7", "sci.space/7", "alt.tea/7", "sci.space/9"])
                    #expect(found.labels == [0, 0, 1, 0, 1])
                    #expect(Array(found.floats.suffix(8)) == [0, 0, 0, 0, 1, 0, 0, 0])
                }
                let source = try Preparation.newsgroups.source(from: directory)
                try ShardWriter.write(source, to: directory + "/out", plan: ShardPlan(shards: 1))
                let train = try Dataset.load(directory: directory + "/out", split: .train)
                #expect(train.count == 3 && train.shape == [4])
                try train.validateUnitInterval()
            }
        }

        @Test func whatIsWrongIsTold() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/20news-bydate.tar.gz"
                func complaint(_ members: [(path: String, bytes: [UInt8])]) -> String {
                    ArchiveFile.write(members, as: .tarGzip, to: path)
                    return message { _ = try Preparation.newsgroups.source(from: directory) }
                }
                #expect(
                    message { _ = try Preparation.newsgroups.source(from: directory) }
                        .contains("\(path): this file is not there"))
                #expect(
                    complaint(Self.posts + [("20news-18828/a/1", [])]).contains("20news-18828/a/1 in \(path)")
                )
                #expect(complaint([Self.posts[0]]).contains("\(path): it holds no texts to train on"))
                #expect(
                    complaint(Self.posts + [Self.posts[1]]).contains(
                        "sci.space/7 in \(path): this text is there twice"))
            }
        }

        @Test func damageIsTold() throws {
            try withTemporaryDirectory { directory in
                ArchiveFile.write(Self.posts, as: .tarGzip, to: directory + "/20news-bydate.tar.gz")
                try expectDamageIsTold(.newsgroups, in: directory, file: "20news-bydate.tar.gz")
            }
        }
    }
}
