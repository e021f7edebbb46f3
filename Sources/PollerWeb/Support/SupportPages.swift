import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// `/health/support` and `/api/v1/support-bundle`: first what would go along, then the bundle.
struct SupportPages: Sendable {
    let services: WebServices
    let pages: PageRenderer

    private struct Content {
        let hasNames: Bool
        let size: String
        let files: [Row]
        let never: [String]
    }

    private struct Row {
        let name: String
        let size: String
        let secrets: Int
        let names: Int
        let isCut: Bool
    }

    func addRoutes(to router: some RouterMethods<WebContext>) {
        let here = self
        router.get("/health/support") { request, context in
            let hasNames = try Query(request).flag("names", default: false)
            let report = SupportReport(try await here.bundle(hasNames))
            return here.page(report, context)
        }
        router.post("/health/support") { request, context in
            let hasNames = try await Form(request).flag("names")
            return try await here.download(hasNames, context)
        }
        router.get("/api/v1/support-bundle") { request, _ in
            let hasNames = try Query(request).flag("with_names", default: false)
            return try JSONAnswer.ok(SupportReport(try await here.bundle(hasNames)))
        }
        router.post("/api/v1/support-bundle") { request, context in
            let order = try await JSONAnswer.decode(
                StrictBody<SupportOrder>.self, from: request
            ).order
            return try await here.download(order.withNames ?? false, context)
        }
    }

    private func bundle(_ hasNames: Bool) async throws -> SupportBundle {
        try await SupportDesk(services: services).bundle(hasNames: hasNames)
    }

    private func page(_ report: SupportReport, _ context: WebContext) -> Response {
        pages.page(
            "health_support", title: "Support bundle", section: .admin,
            Content(
                hasNames: report.withNames, size: Self.size(report.bytes),
                files: report.files.map {
                    Row(
                        name: $0.name, size: Self.size($0.bytes), secrets: $0.secretsRemoved,
                        names: $0.namesRemoved, isCut: $0.cut)
                }, never: report.never), context: context)
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 1_024 ? "\(bytes) bytes" : "\(bytes / 1_024) KiB"
    }

    private func download(_ hasNames: Bool, _ context: WebContext) async throws -> Response {
        let bundle = try await bundle(hasNames)
        let archive = bundle.archive
        // Without memory for it, the larger one does as well.
        let small = Compression.gzip(archive, level: Self.level)
        let name = bundle.fileName + (small == nil ? "" : ".gz")
        context.audit.note(
            object: "support bundle \(name)",
            after: ["names": hasNames ? "kept" : "replaced", "files": "\(bundle.files.count)"])
        return Response(
            status: .ok,
            headers: [
                .contentType: small == nil ? "application/x-tar" : "application/gzip",
                .contentDisposition: "attachment; filename=\"\(name)\"",
                .cacheControl: "no-store",
            ], body: .init(byteBuffer: ByteBuffer(bytes: small ?? archive)))
    }

    /// Of nine (zlib): it is made once and carried far.
    private static let level: Int32 = 9
}
