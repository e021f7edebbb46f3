import ArgumentParser

/// `pollerctl template check`
struct TemplateCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks what a site adds, together with the shipped resources it refers to.")

    @Argument(
        help: "A site's folder of resources, or a whole one; by default the settings'.",
        completion: .directory)
    var folder: String?

    @OptionGroup var catalogue: CatalogueOptions

    func run() throws { try catalogue.folders(folder).check() }
}
