/// Colours of a picture for a light or a dark page.
///
/// The series colours keep 3:1 against the canvas (WCAG 2.2, 1.4.11) and stay apart for the
/// three kinds of colour blindness.
package enum GraphTheme: String, Hashable, Sendable, CaseIterable {
    case light
    case dark

    package var background: Color { self == .light ? Color(0xffffff) : Color(0x14181d) }
    package var font: Color { self == .light ? Color(0x1b1f24) : Color(0xe6edf3) }
    package var axis: Color { self == .light ? Color(0x57606a) : Color(0x9198a1) }
    package var grid: Color { self == .light ? Color(0xd0d7de) : Color(0x30363d) }
    package var majorGrid: Color { self == .light ? Color(0x8c959f) : Color(0x59636e) }
    /// The band over time without data.
    package var gap: Color {
        self == .light ? Color(0x8c959f, alpha: 0x40) : Color(0x9198a1, alpha: 0x33)
    }

    package func color(_ color: GraphColor) -> Color {
        switch color {
        case .palette(let place, let alpha): self.color(place).withAlpha(alpha)
        case .fixed(let color): color
        }
    }

    package func color(_ color: SeriesColor) -> Color {
        switch (color, self) {
        case (.blue, .light): Color(0x0067a5)
        case (.blue, .dark): Color(0x56b4e9)
        case (.orange, .light): Color(0xd55e00)
        case (.orange, .dark): Color(0xff8c42)
        case (.maroon, .light): Color(0x700000)
        case (.maroon, .dark): Color(0xf3c8cf)
        case (.violet, .light): Color(0x9124ff)
        case (.violet, .dark): Color(0x7e3dff)
        case (.brown, .light): Color(0xb8856b)
        case (.brown, .dark): Color(0x7f5e3d)
        case (.plum, .light): Color(0x41163a)
        case (.plum, .dark): Color(0xc2ffa3)
        }
    }
}

/// An sRGB colour with an alpha channel.
package struct Color: Hashable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8
    package let alpha: UInt8

    /// - Parameter rgb: 0xRRGGBB.
    package init(_ rgb: UInt32, alpha: UInt8 = 0xff) {
        red = UInt8(rgb >> 16 & 0xff)
        green = UInt8(rgb >> 8 & 0xff)
        blue = UInt8(rgb & 0xff)
        self.alpha = alpha
    }

    /// Reads `#rrggbb` and `#rrggbbaa`; nil for anything else.
    package init?(text: String) {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6 || digits.count == 8,
            digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let number = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        if digits.count == 6 {
            self.init(number)
        } else {
            self.init(number >> 8, alpha: UInt8(number & 0xff))
        }
    }

    private init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha
    }

    package func withAlpha(_ alpha: UInt8) -> Color {
        Color(red: red, green: green, blue: blue, alpha: alpha)
    }

    /// `#rrggbb`, with the alpha channel behind it when it is not opaque.
    package var text: String {
        "#" + Hexadecimal.text(alpha == 0xff ? [red, green, blue] : [red, green, blue, alpha])
    }
}
