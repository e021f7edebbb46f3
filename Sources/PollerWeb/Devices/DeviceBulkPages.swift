import HTTPTypes
import Hummingbird
import PollerModel
import Synchronization

/// The same for many devices of the list: the first form says what would become of each, the second
/// does it. Both take the same way as an order of `pollerctl` (`DeviceBatch`).
struct DeviceBulkPages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    /// Devices that are listed by name; what becomes of the others is counted.
    static let listed = 200
    /// Devices that are asked by one form: a browser waits for all of them.
    static let mostAsked = 500

    enum Action: String, CaseIterable {
        case poll, enable, disable
        case setSite = "site"
        case addTags = "add_tags"
        case removeTags = "remove_tags"
        case delete
    }

    struct Content {
        let title: String
        let action: String
        let value: String
        let ids: String
        let count: Int
        let isDone: Bool
        let isDeletion: Bool
        let keepsData: Bool
        let results: [Result]
        let unlisted: Int?
        let failures: Int
        let hasFailures: Bool
    }

    struct Result {
        let link: String?
        let device: String
        let symbol: String
        let words: String
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.post("/devices/bulk") { request, context in
            let form = try await Form(request)
            let action = try Self.action(form)
            return try await here.run(
                action, try here.chosen(form), try Self.value(form, action),
                keepsData: try form.text("files") != "delete", isTrial: true, context)
        }
        router.post("/devices/bulk/apply") { request, context in
            let form = try await Form(request)
            let action = try Self.action(form)
            return try await here.run(
                action, try Self.ids(form), try Self.value(form, action),
                keepsData: try form.text("files") != "delete", isTrial: false, context)
        }
    }

    // MARK: What was chosen

    private static func action(_ form: Form) throws(WebProblem) -> Action {
        guard let word = try form.text("action") else {
            throw .badRequest(
                "nothing was chosen to be done",
                fix: "go back, and choose it below the list")
        }
        guard let action = Action(rawValue: word) else {
            throw .badRequest("there is no action “\(DeviceText(word).text)”")
        }
        return action
    }

    /// Ticked devices, or all that the list's filter lets through.
    private func chosen(_ form: Form) throws(WebProblem) -> [DeviceID] {
        guard form.flag("all") else {
            let ids = form.texts("device").compactMap { Int64($0) }.map { DeviceID($0) }
            guard !ids.isEmpty else {
                throw .badRequest(
                    "no device was chosen", fix: "go back, and tick some in the list")
            }
            return ids
        }
        let query = try Query(text: try form.text("query") ?? "")
        let filter = try DeviceFilter(query, services.definitions.catalogue)
        return DeviceListPage(services: services).matching(filter).map(\.device.id)
    }

    /// Ids as the first form wrote them.
    private static func ids(_ form: Form) throws(WebProblem) -> [DeviceID] {
        let ids = (try form.text("devices") ?? "").split(separator: ",").compactMap { Int64($0) }
        guard !ids.isEmpty else { throw .badRequest("no device was chosen") }
        return ids.map { DeviceID($0) }
    }

    private static func value(_ form: Form, _ action: Action) throws(WebProblem) -> String {
        let value = try form.text("value") ?? ""
        if (action == .addTags || action == .removeTags) && value.isEmpty {
            throw .badRequest(
                "no tag was given", fix: "go back, and write the tags beside what is to be done")
        }
        return value
    }

    // MARK: What becomes of it

    private func run(
        _ action: Action, _ ids: [DeviceID], _ value: String, keepsData: Bool, isTrial: Bool,
        _ context: WebContext
    ) async throws -> Response {
        if isTrial { context.audit.changesNothing() }
        guard action != .poll || ids.count <= Self.mostAsked else {
            throw WebProblem.badRequest(
                "\(ids.count) devices are too many to be polled at once from a page",
                fix: "choose at most \(Self.mostAsked), or use pollerctl device poll")
        }
        var order = Self.order(action, ids, value)
        order.dryRun = isTrial
        if action == .delete { order.keepData = keepsData }
        let results = ResultList()
        let work = try DeviceBatch(services: services).work(order)
        do {
            try await work { results.append($0) }
        } catch let failure as OperationFailure {
            throw WebProblem(failure)
        }
        let all = results.all.sorted { $0.name.lowercased() < $1.name.lowercased() }
        return pages.page(
            "devices_bulk", title: action.title, section: .devices,
            content(action, ids, value, keepsData: keepsData, isTrial: isTrial, all),
            context: context)
    }

    private static func order(
        _ action: Action, _ ids: [DeviceID], _ value: String
    ) -> DeviceBatchOrder {
        var change = DeviceOrder()
        let tags = value.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        switch action {
        case .poll: return DeviceBatchOrder(devices: ids, action: .poll)
        case .delete: return DeviceBatchOrder(devices: ids, action: .delete)
        case .enable: change.enabled = true
        case .disable: change.enabled = false
        case .setSite: change.site = value
        case .addTags: change.addTags = tags
        case .removeTags: change.removeTags = tags
        }
        var order = DeviceBatchOrder(devices: ids, action: .change)
        order.order = change
        return order
    }

    private func content(
        _ action: Action, _ ids: [DeviceID], _ value: String, keepsData: Bool, isTrial: Bool,
        _ results: [DeviceResult]
    ) -> Content {
        let failures = results.count { !$0.ok }
        let isGone = action == .delete && !isTrial
        return Content(
            title: action.title, action: action.rawValue, value: value,
            ids: ids.map(\.description).joined(separator: ","), count: results.count,
            isDone: !isTrial, isDeletion: action == .delete, keepsData: keepsData,
            results: results.prefix(Self.listed).map { result in
                Result(
                    link: isGone && result.ok ? nil : "/devices/\(result.deviceId)",
                    device: result.name,
                    symbol: result.ok ? (isTrial ? "→" : "✓") : "✗",
                    words: result.words
                        + (result.fix.flatMap(PageWords.fix).map { ": \($0)" } ?? "")
                )
            },
            unlisted: results.count > Self.listed ? results.count - Self.listed : nil,
            failures: failures, hasFailures: failures > 0)
    }
}

extension DeviceBulkPages.Action {
    fileprivate var title: String {
        switch self {
        case .poll: "Poll devices"
        case .enable: "Enable devices"
        case .disable: "Disable devices"
        case .setSite: "Set the site of devices"
        case .addTags: "Add tags to devices"
        case .removeTags: "Take tags from devices"
        case .delete: "Remove devices"
        }
    }
}

/// Results as they come.
private final class ResultList: Sendable {
    private let results = Mutex<[DeviceResult]>([])

    var all: [DeviceResult] { results.withLock { $0 } }

    func append(_ result: DeviceResult) { results.withLock { $0.append(result) } }
}
