import Foundation

/// axe-core, which looks for what keeps people from using a page. It comes with the Python package axe-playwright-python.
public enum Axe {
    private static let path: String? = {
        let program =
            "import importlib.util as u, os; print(os.path.dirname(u.find_spec('axe_playwright_python').origin))"
        guard PythonDocument.has("axe_playwright_python"),
            let folder = try? withTemporaryDirectory({ try PythonDocument.run(program, in: $0) })
        else { return nil }
        let path = folder.trimmingCharacters(in: .whitespacesAndNewlines) + "/axe.min.js"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    /// Whether it is there.
    public static var isThere: Bool { path != nil }

    /// A script that looks at a page and writes what it found to `data-axe` of its body: one line for each rule that is not
    /// kept, with the first element; an empty text if there is none.
    public static func script(theme: String) throws -> String {
        let library = try String(contentsOfFile: path ?? "/nowhere", encoding: .utf8)
        return """
            document.documentElement.dataset.theme = "\(theme)";
            \(library.replacingOccurrences(of: "</script", with: "<\\/script"));
            axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => {
              document.body.dataset.axe = violations.map(({ id, nodes }) => id + ": " + nodes[0].html.slice(0, 160) + " " + (nodes[0].any[0]?.message ?? "")).join("\\n");
            });
            """
    }
}

extension Need {
    /// What looks for barriers on pages.
    public static let axe = Need("Python's axe-playwright-python", .package, isMet: Axe.isThere)
}
