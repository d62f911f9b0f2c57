import Checkpoints
import Foundation

/// The manual page in roff (man(7)), from what swift-argument-parser tells about the commands.
struct ManualPage: Decodable {
    private let command: Command

    private struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let shouldDisplay: Bool?
        let subcommands: [Command]?
        let arguments: [Argument]?
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let abstract: String?
    }

    /// Reads the output of `--experimental-dump-help`.
    init(_ dump: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(dump.utf8))
    }

    /// The page.
    var text: String {
        let name = command.commandName
        var lines = [".TH \(escaped(name.uppercased())) 1", ".SH NAME"]
        lines.append("\(escaped(name)) \\- \(escaped(command.abstract ?? ""))")
        lines += [".SH SYNOPSIS", ".B \(escaped(name))", ".RI [ command ] \" \" [ options ]"]
        lines.append(".SH DESCRIPTION")
        lines += paragraphs(command.discussion)
        lines.append(".SH COMMANDS")
        for subcommand in command.subcommands ?? [] { lines += section(subcommand, below: name) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ command: Command, below parent: String) -> [String] {
        guard command.shouldDisplay ?? true, command.commandName != "help" else { return [] }
        let name = parent + " " + command.commandName
        let arguments = (command.arguments ?? []).filter { $0.shouldDisplay && !isHelp($0) }
        var lines = [".SS \(escaped(name))", escaped(command.abstract ?? "")]
        if !arguments.isEmpty {
            lines += [".PP", ".B \(escaped(name))"]
            lines.append(arguments.map { escaped(synopsis($0)) }.joined(separator: " "))
        }
        lines += paragraphs(command.discussion)
        for argument in arguments {
            var text = argument.abstract ?? ""
            if let value = argument.defaultValue { text += " (default: \(value))" }
            lines += [".TP", ".B \(escaped(form(argument)))", escaped(text)]
        }
        for subcommand in command.subcommands ?? [] { lines += section(subcommand, below: name) }
        return lines
    }

    private func isHelp(_ argument: Argument) -> Bool {
        argument.names?.contains { $0.name == "help" } ?? false
    }

    /// `--out <file>`, `<key=value>`.
    private func form(_ argument: Argument) -> String {
        let names = (argument.names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
        let value = argument.kind == "flag" ? [] : ["<\(argument.valueName ?? "value")>"]
        return (names + value).joined(separator: " ")
    }

    private func synopsis(_ argument: Argument) -> String {
        let text = form(argument) + (argument.isRepeating ? " ..." : "")
        return argument.isOptional ? "[\(text)]" : text
    }

    /// Blank lines part paragraphs; what follows "EXAMPLES:" and indented lines stay as they are.
    private func paragraphs(_ discussion: String?) -> [String] {
        var lines: [String] = []
        for block in (discussion ?? "").components(separatedBy: "\n\n") where !block.isEmpty {
            lines.append(".PP")
            if block.hasPrefix("EXAMPLES:") {
                lines += ["Examples:", ".PP", ".nf", ".RS 2"]
                lines += block.split(separator: "\n").dropFirst().map {
                    escaped(String($0.drop { $0 == " " }))
                }
                lines += [".RE", ".fi"]
            } else {
                lines += block.split(separator: "\n").map { escaped(String($0)) }
            }
        }
        return lines
    }

    /// Text in which roff sees nothing but text.
    private func escaped(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\n", with: " ")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
