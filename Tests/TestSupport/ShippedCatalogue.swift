package import PollerDefinitions
package import PollerModel

/// The shipped catalogue, read once for all tests.
package enum ShippedCatalogue {
    private static let loaded = CatalogueLoader.load([Places.resources])

    package static var catalogue: Catalogue { loaded.catalogue }
    package static var problems: [Problem] { loaded.problems }
}
