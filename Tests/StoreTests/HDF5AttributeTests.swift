import Testing
import TestSupport

@testable import Store

extension StoreTests {
    @Suite struct HDF5AttributeTests {
        @Test func roundTripsNumbersAndText() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/attributes.h5"
                let long = String(repeating: "phase: initial # ä\n", count: 10_000)
                let file = try HDF5File.create(path)
                let group = try file.root.createGroup("tree/node_000")
                try group.setAttribute("integer", to: Int64.min)
                try group.setAttribute("small", to: Int32(-7))
                try group.setAttribute("double", to: 0.1)
                try group.setAttribute("float", to: Float(0.1))
                try group.setAttribute("integers", to: [3, 1, 2])
                try group.setAttribute("doubles", to: [0.5, .infinity])
                try group.setAttribute("none", to: [Double]())
                try group.setAttribute("text", to: "first")
                try group.setAttribute("text", to: "größer, replaced")
                try group.setAttribute("blank", to: "")
                try group.setAttribute("texts", to: ["eins", "", "zwölf"])
                try group.setAttribute("no_texts", to: [String]())
                try group.setAttribute("long", to: long)
                let dataset = try group.write([1], to: "w")
                try dataset.setAttribute("unit", to: "px")
                try file.close()

                let node = try HDF5File.open(path).root.group("tree/node_000")
                #expect(try node.attribute("integer", as: Int64.self) == .min)
                #expect(try node.attribute("small", as: Int32.self) == -7)
                #expect(try node.attribute("small", as: Int.self) == -7)
                #expect(try node.attribute("double", as: Double.self) == 0.1)
                #expect(try node.attribute("float", as: Float.self) == 0.1)
                #expect(try node.attribute("float", as: Double.self) == Double(Float(0.1)))
                #expect(try node.attributeList("integers", as: Int.self) == [3, 1, 2])
                #expect(try node.attributeList("doubles", as: Double.self) == [0.5, .infinity])
                #expect(try node.attributeList("none", as: Double.self).isEmpty)
                #expect(try node.text("text") == "größer, replaced")
                #expect(try node.text("blank") == "")
                #expect(try node.textList("texts") == ["eins", "", "zwölf"])
                #expect(try node.textList("no_texts").isEmpty)
                #expect(try node.text("long") == long)
                #expect(try node.dataset("w").text("unit") == "px")
                #expect(try node.hasAttribute("text"))
                #expect(try !node.hasAttribute("absent"))
                #expect(
                    try node.attributeNames() == [
                        "blank", "double", "doubles", "float", "integer", "integers", "long", "no_texts",
                        "none", "small", "text", "texts",
                    ])
            }
        }

        /// Files had such seals before they had digests.
        @Test func sealsNoticeEveryChange() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/sealed.h5"
                let file = try HDF5File.create(path)
                let group = try file.root.createGroup("history")
                try group.setAttribute("loss", to: [0.5, 0.25])
                try group.setAttribute("none", to: [Double]())
                try group.setAttribute("phase", to: ["initial", "finetune"])
                try group.verifySeal()
                // CRC-32 of the bytes above by zlib in Python.
                try group.setAttribute("attributes_crc32", to: 672_867_718)
                try group.verifySeal()
                try group.setAttribute("loss", to: [0.5, 0.125])
                #expect(
                    message { try group.verifySeal() }.hasPrefix(
                        "cannot read the attributes of /history in \(path): their checksum is "))
                try group.setAttribute("loss", to: [0.5, 0.25])
                try group.setAttribute("extra", to: 1)
                #expect(message { try group.verifySeal() }.contains("attribute 'attributes_crc32' says"))
            }
        }

        @Test func saysWhatIsWrong() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/wrong.h5"
                let file = try HDF5File.create(path)
                let root = try file.root
                try root.setAttribute("name", to: "mnist")
                try root.setAttribute("shape", to: [1, 28, 28])
                try root.setAttribute("scale", to: 0.5)
                #expect(
                    message { _ = try root.attribute("format_version", as: Int.self) }
                        == "cannot read attribute 'format_version' of / in \(path): it is missing")
                #expect(
                    message { _ = try root.attribute("name", as: Int.self) }
                        .contains("int64 was expected, the file has text"))
                #expect(
                    message { _ = try root.attribute("scale", as: Int.self) }
                        .contains("int64 was expected, the file has float64"))
                #expect(
                    message { _ = try root.text("scale") }
                        .contains("text was expected, the file has float64"))
                #expect(
                    message { _ = try root.attribute("shape", as: Int.self) }
                        .contains("one value was expected, there are 3"))
            }
        }
    }
}
