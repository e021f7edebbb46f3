/// What pictures may take.
package enum PictureLimits {
    /// Within so much time each request for a picture has an answer.
    package static let deadlineSeconds: Int64 = 10
    /// For pictures that are kept: some thousand of the usual size (20 to 40 KB).
    package static let cacheBytes = 64 << 20
    /// What a kept picture takes besides its bytes: its key, and its place in two tables.
    static let overheadBytes = 1_024
    /// Pictures that may be drawn or wait for that: two seconds of usual ones (12 ms each).
    static let largestUnderWay = 150
    /// Requests that may wait for them.
    static let largestWaiting = 1_000
    /// After which somebody who was refused may ask again.
    static let retrySeconds: Int64 = 5
}
