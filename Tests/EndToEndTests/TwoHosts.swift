import Foundation
import Store
import TestSupport
import Testing

extension Need {
    /// Two network namespaces that stand for two hosts.
    static let networkNamespaces = Need(
        "the right to make network namespaces, and iproute2", .circumstance, isMet: TwoHosts.areAvailable)
}

/// Two hosts on one machine: network namespaces with a cable between them, as in launch/bench-link.
struct TwoHosts {
    private let names: [String]
    private let directory: String

    static let areAvailable: Bool = {
        guard getuid() == 0, executable("ip") != nil, executable("mpirun") != nil,
            executable("unshare") != nil
        else {
            return false
        }
        let name = "treevae-probe-\(getpid())"
        defer { _ = system("ip netns delete \(name) 2>/dev/null") }
        return system(
            "ip netns add \(name) 2>/dev/null && ip netns exec \(name) unshare --uts true 2>/dev/null") == 0
    }()

    private static let addresses = ["10.213.9.1", "10.213.9.2"]

    /// Runs `body` while there are two hosts; whatever is left running there is ended.
    static func with(_ directory: String, _ body: (TwoHosts) throws -> Void) throws {
        let names = ["a", "b"].map { "treevae-test-\(getpid())-\($0)" }
        let hosts = TwoHosts(names: names, directory: directory)
        defer {
            for name in names {
                _ = system(
                    "ip netns pids \(name) 2>/dev/null | xargs -r kill -9 2>/dev/null; ip netns delete \(name)"
                )
            }
        }
        for name in names { try #require(system("ip netns add \(name)") == 0) }
        let cable = "ip link add eth0 netns \(names[0]) type veth peer name eth0 netns \(names[1])"
        try #require(system(cable) == 0)
        for (name, address) in zip(names, addresses) {
            let steps = ["address add \(address)/24 dev eth0", "link set lo up", "link set eth0 up"]
            for step in steps { try #require(system("ip -n \(name) \(step)") == 0) }
        }
        // What mpirun starts in place of ssh.
        let agent = """
            #!/bin/sh
            while [ "${1#-}" != "$1" ]; do shift; done
            host=$1
            shift
            [ "$host" = \(addresses[1]) ] || { echo "no machine has the address $host" >&2; exit 1; }
            exec ip netns exec \(names[1]) unshare --uts sh -c "hostname host-b; $*"

            """
        try write(agent.utf8, to: directory + "/agent")
        chmod(directory + "/agent", 0o755)
        try body(hosts)
    }

    private init(names: [String], directory: String) {
        self.names = names
        self.directory = directory
    }

    /// Starts the program with one rank on each host.
    /// - Parameter address: of the second host.
    func start(
        _ arguments: [String], environment: [String: String] = [:], address: String = addresses[1]
    ) throws -> Execution {
        var launcher = [
            "ip", "netns", "exec", names[0], "unshare", "--uts", "sh", "-c", "hostname host-a; exec \"$@\"",
            "sh",
            "mpirun", "--allow-run-as-root", "-np", "2", "--host", "\(Self.addresses[0]):1,\(address):1",
            "--bind-to", "none", "--mca", "plm_rsh_agent", directory + "/agent", "--mca", "btl", "tcp,self",
            "--mca",
            "btl_tcp_if_include", "eth0", "--mca", "oob_tcp_if_include", "eth0",
        ]
        for variable in [Execution.variable, "OPENBLAS_NUM_THREADS"] + environment.keys {
            launcher += ["-x", variable]
        }
        return try Execution(
            arguments, launcher: [try #require(executable("env"))] + launcher, in: directory,
            environment: environment)
    }

    /// Pulls the cable, or puts it in again.
    func setLink(up: Bool) { _ = system("ip -n \(names[0]) link set eth0 \(up ? "up" : "down")") }
}
