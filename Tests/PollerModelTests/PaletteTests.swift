import Foundation
import Testing

@testable import PollerModel

@Suite struct PaletteTests {
    /// WCAG 2.2, relative luminance and contrast ratio.
    private func contrast(_ left: Color, _ right: Color) -> Double {
        func luminance(_ color: Color) -> Double {
            let parts = [color.red, color.green, color.blue].map { byte in
                let value = Double(byte) / 255
                return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let (first, second) = (luminance(left), luminance(right))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    @Test(arguments: Palette.Name.allCases, GraphTheme.allCases)
    func `every colour of a named palette is seen on its page`(
        name: Palette.Name, theme: GraphTheme
    ) {
        for count in [1, 2, 3, 7, 64, Aggregate.largestMemberCount] {
            let colors = Palette.named(name).colors(count, theme: theme)
            #expect(colors.count == count)
            for color in colors {
                #expect(
                    contrast(color, theme.background) >= 3, "\(name) \(theme) \(color.text)")
            }
            guard name != .mixed, (2...64).contains(count) else { continue }
            #expect(Set(colors).count == count)
        }
        #expect(Palette.named(name).colors(0, theme: theme) == [])
    }

    @Test func `own colours begin again where they do not suffice`() {
        let colors = [Color(0x112233), Color(0x445566)]
        for theme in GraphTheme.allCases {
            #expect(
                Palette.own(colors).colors(3, theme: theme) == [colors[0], colors[1], colors[0]])
        }
    }

    private func palette(_ json: String) -> Palette? {
        try? JSONDecoder().decode(Palette.self, from: Data(json.utf8))
    }

    @Test func `a palette is a name or one to sixty-four colours`() throws {
        #expect(palette(#""viridis""#) == .named(.viridis))
        #expect(palette(##"["#0067A5"]"##) == .own([Color(0x0067a5)]))
        let list = { (count: Int) in
            "[" + (0..<count).map { _ in ##""#0067a5""## }.joined(separator: ",") + "]"
        }
        #expect(palette(list(64)) != nil && palette(list(65)) == nil && palette("[]") == nil)
        for text in [#""rainbow""#, ##"["#00ff"]"##, ##"["#0067a5ff"]"##, #"["red"]"#, "7"] {
            #expect(palette(text) == nil, "\(text)")
        }
        for palette in [Palette.named(.blues), .own([Color(0x0067a5), Color(0)])] {
            let data = try JSONEncoder().encode(palette)
            #expect(try JSONDecoder().decode(Palette.self, from: data) == palette)
        }
    }
}
