@testable import PollerModel

extension GraphScript.Element {
    /// What stands beside its box in the legend.
    var legend: String? {
        switch self {
        case .area(_, _, let text, _), .line(_, _, _, let text, _), .tick(_, _, _, let text),
            .horizontalRule(_, _, _, let text), .verticalRule(_, _, _, let text):
            text
        case .read, .compute, .shift, .comment, .alignment: nil
        }
    }
}
