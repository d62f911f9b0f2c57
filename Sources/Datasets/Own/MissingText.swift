/// Spellings of values that are not known.
enum MissingText {
    /// What stands for a missing number: the words of pandas, R, numpy, Excel, Stata and UCI's files.
    private static let numbers: Set<String> = [
        "", "na", "n/a", "nan", "-nan", "null", "none", "?", "<na>", "#na", "#n/a", "#n/a n/a", "#div/0!",
        "#value!",
        "#ref!", "#name?", "#num!", "#null!", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "nat", "missing",
        ".", "-",
        "--", "\\n",
    ]
    /// Those that may be the name of a class: signs of sentiment, for one.
    private static let names: Set<String> = [".", "-", "--"]

    /// Whether a text in a column of numbers says that there is none.
    static func standsForNumber(_ text: String) -> Bool { numbers.contains(text.lowercased()) }

    /// Whether a text in a column of labels says that there is none.
    static func standsForLabel(_ text: String) -> Bool {
        !names.contains(text) && numbers.contains(text.lowercased())
    }
}
