import HTTPTypes
import Hummingbird
import PollerModel
import Synchronization

/// `/devices/new`: a form, the way to the device step by step, and what would be made of it.
struct AddDevicePages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    /// Titles of graphs that are listed.
    static let listedGraphs = 100

    struct Content {
        let form: DeviceFormView
        let trial: DeviceTrial?
        /// Whether it was not added, or its test failed, because the device did not answer.
        let canAddUntested: Bool
        /// Whether it was only tested.
        let isTrial: Bool
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/devices/new") { _, context in here.page(DeviceForm(), context: context) }
        router.post("/devices/new") { request, context in
            let sent = try await Form(request)
            var form = try DeviceForm(sent)
            let action = try sent.text("do")
            let isTrial = action != "add" && action != "add_untested"
            if isTrial { context.audit.changesNothing() }
            guard let wanted = form.addition(site: here.services.site) else {
                return here.page(form, status: .badRequest, context: context)
            }
            return try await isTrial
                ? here.test(wanted, form, context)
                : here.add(wanted, form, isTested: action == "add", context)
        }
        router.post("/devices/new/test") { request, context in
            context.audit.changesNothing()
            var form = try DeviceForm(try await Form(request))
            return here.stream(form.addition(site: here.services.site), form)
        }
    }

    private func page(
        _ form: DeviceForm, trial: DeviceTrial? = nil, canAddUntested: Bool = false,
        isTrial: Bool = false, status: HTTPResponse.Status = .ok, context: WebContext
    ) -> Response {
        pages.page(
            "device_new", title: "Add a device", section: .devices,
            Content(
                form: DeviceFormView(form, of: nil, catalogue: services.definitions.catalogue),
                trial: trial, canAddUntested: canAddUntested, isTrial: isTrial),
            modules: ["adddevice.js"], status: status, context: context)
    }

    // MARK: Test

    /// All that is done to add a device but the adding itself.
    private func test(
        _ wanted: AddDeviceRequest, _ form: DeviceForm, _ context: WebContext
    ) async throws -> Response {
        var wanted = wanted
        wanted.isDryRun = true
        let steps = StepList()
        do {
            let added = try await services.operations.add(wanted) { steps.append($0) }
            return page(
                form,
                trial: DeviceTrial(steps.all, of: wanted.target, added: added), context: context)
        } catch {
            return failed(error, form, steps, wanted, isTrial: true, context)
        }
    }

    /// The same, each step as it is done: a line is a piece of the page.
    private func stream(_ wanted: AddDeviceRequest?, _ form: DeviceForm) -> Response {
        let (services, pages) = (services, pages)
        return EventStream.lines(
            failure: { problem in
                TrialLine(html: pages.fragment("device_trial_problem", DeviceProblem(problem)))
            },
            { report in
                guard var wanted else {
                    // The mistakes are at the fields: the whole page shows them.
                    return report(TrialLine(isMistaken: true))
                }
                wanted.isDryRun = true
                let target = wanted.target
                let added = try await services.operations.add(wanted) { step in
                    report(
                        TrialLine(
                            html: pages.fragment("device_step", DeviceStepView(step, of: target))))
                }
                report(
                    TrialLine(
                        html: pages.fragment("device_trial_outcome", DeviceOutcome(added))))
            })
    }

    private struct TrialLine: Encodable, Sendable {
        var html = ""
        var isMistaken = false
    }

    // MARK: Add

    private func add(
        _ wanted: AddDeviceRequest, _ form: DeviceForm, isTested: Bool, _ context: WebContext
    ) async throws -> Response {
        var wanted = wanted
        wanted.isTested = isTested
        try context.viewer.checkCovers(wanted, by: services.trees.trees)
        let steps = StepList()
        do {
            let added = try await services.operations.add(wanted) { steps.append($0) }
            let report = AddedDeviceReport(added, baseURL: "")
            let id = added.definition?.device.id
            context.audit.note(object: Self.object(id, added.name), after: report)
            return Answer.seeOther(
                id.map { "/devices/\($0)" } ?? "/devices", notice: Self.words(added))
        } catch {
            return failed(error, form, steps, wanted, isTrial: false, context)
        }
    }

    private static func object(_ id: DeviceID?, _ name: String) -> String {
        id.map { "device \($0) (\(name))" } ?? "device \(name)"
    }

    private static func words(_ added: AddedDevice) -> String {
        guard added.hasAnswered else {
            return
                "\(added.name) was added. It has not answered yet: what it has is found, and its "
                + "graphs are made, with its first answer."
        }
        let count = added.proposals.count
        return "\(added.name) was added, with \(count == 1 ? "1 graph" : "\(count) graphs"). "
            + "Lines appear after the second poll."
    }

    private func failed(
        _ failure: OperationFailure, _ form: DeviceForm, _ steps: StepList,
        _ wanted: AddDeviceRequest, isTrial: Bool, _ context: WebContext
    ) -> Response {
        var form = form
        let problem = WebProblem(failure)
        var isSilent = false
        switch failure {
        case .unreachable, .unpingable: isSilent = true
        default: form.blame(DeviceForm.field(of: failure), problem)
        }
        return page(
            form,
            trial: steps.all.isEmpty
                ? nil : DeviceTrial(steps.all, of: wanted.target, added: nil),
            canAddUntested: isSilent, isTrial: isTrial, status: problem.status, context: context)
    }
}

/// Steps as they are reported.
private final class StepList: Sendable {
    private let steps = Mutex<[TestStep]>([])

    var all: [TestStep] { steps.withLock { $0 } }

    func append(_ step: TestStep) { steps.withLock { $0.append(step) } }
}
