import Foundation
import Testing
import TestSupport

/// Tests/mutations.toml, whose wrong behaviours `launch/mutate` builds in.
@Suite struct MutationTests {
    @Test(.needs(.python("tomllib"))) func everyMutationHasItsPlaceInTheSources() {
        let mutate = "\(Repository.root)/launch/mutate"
        #expect(system("'\(PythonDocument.interpreter)' '\(mutate)' --check >&2") == 0)
    }
}
