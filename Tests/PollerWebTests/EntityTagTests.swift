import Testing

@testable import PollerWeb

@Suite struct EntityTagTests {
    @Test(arguments: [
        "\"abc\"", "W/\"abc\"", "*", " * ", "\"x\", \"abc\"", "\"x\",W/\"abc\"",
        "\"a,b\", \"abc\"", ", ,\"abc\"", "\"\" \"abc\"", "\"abc\", rubbish",
    ])
    func `a tag is found in a list, strong or weak`(field: String) {
        #expect(EntityTag.isMatched("\"abc\"", by: field))
    }

    @Test(arguments: [
        "", "abc", "\"ab\"", "\"abcd\"", "\"ABC\"", "w/\"abc\"", "\"x, abc\"", "rubbish, \"abc\"",
        "\"abc", "W/", "W/*", "\"x\", *", "\"\"", ",",
    ])
    func `what is another tag or none does not match`(field: String) {
        #expect(!EntityTag.isMatched("\"abc\"", by: field))
    }
}
