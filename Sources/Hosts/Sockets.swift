import Glibc

/// TCP connections to rank 0, made as a job starts.
package enum Sockets {
    /// A socket that others connect to.
    package struct Door {
        let socket: Int32
        package let port: UInt16

        /// Opens one at every address of this host; nil where that is not allowed.
        package init?() {
            socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard socket >= 0 else { return nil }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let size = length
            let socket = socket
            let isOpen = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, size) == 0 && listen(socket, 128) == 0
                        && getsockname(socket, $0, &length) == 0
                }
            }
            port = UInt16(bigEndian: address.sin_port)
            guard isOpen else {
                close(socket)
                return nil
            }
        }

        /// Takes connections that know the secret, until there are so many or seconds are over: with the rank at the
        /// other end.
        package func accept(_ count: Int, secret: UInt64, seconds: Double) -> [(socket: Int32, rank: Int)] {
            defer { close(socket) }
            var accepted: [(socket: Int32, rank: Int)] = []
            let end = ContinuousClock.now + .seconds(seconds)
            while accepted.count < count {
                let left = (end - ContinuousClock.now) / .seconds(1)
                guard left > 0, Sockets.wait(socket, POLLIN, seconds: left) else { break }
                let connection = Glibc.accept(socket, nil, nil)
                guard connection >= 0 else { continue }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                var greeting: [UInt64] = [0, 0]
                let isWhole =
                    Sockets.wait(connection, POLLIN, seconds: 2)
                    && recv(connection, &greeting, 16, Int32(MSG_WAITALL)) == 16
                guard isWhole, greeting[0] == secret else {
                    close(connection)
                    continue
                }
                accepted.append((connection, Int(truncatingIfNeeded: greeting[1])))
            }
            return accepted
        }
    }

    /// Connects to the first of some addresses that answers; nil where none does.
    package static func connect(_ addresses: [UInt32], port: UInt16, secret: UInt64, rank: Int) -> Int32? {
        for address in addresses {
            let socket = Glibc.socket(
                AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            guard socket >= 0 else { return nil }
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            target.sin_port = port.bigEndian
            target.sin_addr.s_addr = address
            let status = withUnsafePointer(to: &target) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            var error: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            let greeting = [secret, UInt64(rank)]
            if status == 0 || (errno == EINPROGRESS && wait(socket, POLLOUT, seconds: 2)),
                getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0, error == 0,
                send(socket, greeting, 16, Int32(MSG_NOSIGNAL)) == 16
            {
                return socket
            }
            close(socket)
        }
        return nil
    }

    /// The IPv4 addresses of this host that others may reach, in network order.
    package static func addresses() -> [UInt32] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var found: [UInt32] = []
        for entry in sequence(first: first, next: { $0?.pointee.ifa_next }) {
            guard let entry, let address = entry.pointee.ifa_addr,
                address.pointee.sa_family == sa_family_t(AF_INET),
                entry.pointee.ifa_flags & UInt32(IFF_LOOPBACK) == 0
            else { continue }
            found.append(
                address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr })
        }
        return found
    }

    private static func wait(_ socket: Int32, _ event: Int32, seconds: Double) -> Bool {
        var wanted = pollfd(fd: socket, events: Int16(event), revents: 0)
        return poll(&wanted, 1, Int32((1000 * seconds).rounded(.up))) > 0
    }
}
