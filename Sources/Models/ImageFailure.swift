import ImageCodecs

/// An error that concerns one image: a run over many reports it and goes on with the next.
public protocol ImageFailure: Error {}

extension ImageError: ImageFailure {}
