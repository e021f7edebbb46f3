/// A field of the graph editor, as its page shows it.
struct EditorField {
    /// Of the form.
    let name: String
    let label: String
    /// Empty where there is none: a template would take a missing one from what is around it.
    let hint: String
    let hasHint: Bool
    /// One of these four.
    let isText: Bool
    let isChoice: Bool
    let isFlag: Bool
    let isColor: Bool
    let value: String
    /// What holds where nothing is typed.
    let placeholder: String
    let choices: [Choice]
    /// What is wrong with it; empty when nothing is.
    let mistake: String
    let isWrong: Bool

    struct Choice {
        let value: String
        let text: String
        let isChosen: Bool
    }

    private enum Kind { case text, choice, flag, color }

    private init(
        _ kind: Kind, _ name: String, _ label: String, hint: String?, value: String,
        placeholder: String = "", choices: [Choice] = [], mistake: String?
    ) {
        self.name = name
        self.label = label
        self.hint = hint ?? ""
        hasHint = hint != nil
        isText = kind == .text
        isChoice = kind == .choice
        isFlag = kind == .flag
        isColor = kind == .color
        self.value = value
        self.placeholder = placeholder
        self.choices = choices
        self.mistake = mistake ?? ""
        isWrong = mistake != nil
    }

    static func text(
        _ name: String, _ label: String, _ form: EditorTexts, placeholder: String,
        hint: String? = nil
    ) -> EditorField {
        EditorField(
            .text, name, label, hint: hint, value: form[name], placeholder: placeholder,
            mistake: form.mistake(name))
    }

    static func choice(
        _ name: String, _ label: String, _ form: EditorTexts,
        _ choices: [(String, String)], hint: String? = nil
    ) -> EditorField {
        let value = form[name]
        return EditorField(
            .choice, name, label, hint: hint, value: value,
            choices: choices.map {
                Choice(value: $0.0, text: $0.1, isChosen: $0.0 == value)
            }, mistake: form.mistake(name))
    }

    static func flag(
        _ name: String, _ label: String, _ form: EditorTexts, hint: String? = nil
    ) -> EditorField {
        EditorField(
            .flag, name, label, hint: hint, value: form[name], mistake: form.mistake(name))
    }

    static func color(_ name: String, _ label: String, _ form: EditorTexts) -> EditorField {
        EditorField(
            .color, name, label, hint: nil, value: form[name].isEmpty ? "#0067a5" : form[name],
            mistake: form.mistake(name))
    }

    /// Whether a box is ticked.
    var isOn: Bool { isFlag && !value.isEmpty }
}

/// What was typed into the editor, and what is wrong with it.
struct EditorTexts {
    /// By the fields' names.
    private(set) var texts: [String: String] = [:]
    private(set) var mistakes: [String: String] = [:]

    subscript(name: String) -> String {
        get { texts[name] ?? "" }
        set { texts[name] = newValue }
    }

    func mistake(_ name: String) -> String? { mistakes[name] }

    /// The first that is said of a field counts.
    mutating func note(_ words: String, at field: String) {
        if mistakes[field] == nil { mistakes[field] = words }
    }
}

/// Fields that belong together.
struct EditorSection {
    let title: String
    let fields: [EditorField]
    /// What is wrong with all of them together.
    var fault: String?
}
