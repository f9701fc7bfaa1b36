// SPDX-License-Identifier: GPL-2.0-only
#include "bgp-peer.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace ns3
{
namespace vmm
{

volatile std::sig_atomic_t g_bgpPeerQuit = 0;

namespace
{

/// How long a closed connection waits for the peer to close it too.
const Time LINGER = Seconds(2);

/// @return a TCP socket that does not block; -1 if there is none
int
NewSocket(int family)
{
    const int on = 1;
    const int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
    {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    }
    return fd;
}

} // namespace

Endpoint::Endpoint(const IpAddress& address, uint16_t port)
{
    if (address.IsIpv4())
    {
        auto* to = reinterpret_cast<sockaddr_in*>(&storage);
        to->sin_family = AF_INET;
        to->sin_port = htons(port);
        std::memcpy(&to->sin_addr, address.GetBytes(), 4);
        size = sizeof(sockaddr_in);
    }
    else
    {
        auto* to = reinterpret_cast<sockaddr_in6*>(&storage);
        to->sin6_family = AF_INET6;
        to->sin6_port = htons(port);
        std::memcpy(&to->sin6_addr, address.GetBytes(), 16);
        size = sizeof(sockaddr_in6);
    }
}

Endpoint
Endpoint::FromString(const std::string& text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string::npos)
    {
        throw std::invalid_argument("found " + text + ", expected ADDRESS:PORT");
    }
    std::string address = text.substr(0, colon);
    if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    {
        address = address.substr(1, address.size() - 2);
    }
    size_t used = 0;
    const std::string port = text.substr(colon + 1);
    const unsigned long number = port.empty() ? 0 : std::stoul(port, &used);
    if (number == 0 || number > 65535 || used != port.size())
    {
        throw std::invalid_argument("found port " + port + ", expected 1 to 65535");
    }
    return Endpoint(IpAddress::FromString(address), static_cast<uint16_t>(number));
}

BgpPeer::~BgpPeer()
{
    for (const auto& item : m_connections)
    {
        close(item.second.fd);
    }
    for (const auto& item : m_closing)
    {
        close(item.first);
    }
    if (m_listener >= 0)
    {
        close(m_listener);
    }
}

Time
BgpPeer::Now() const
{
    const auto passed = std::chrono::steady_clock::now() - m_began;
    return NanoSeconds(std::chrono::duration_cast<std::chrono::nanoseconds>(passed).count());
}

void
BgpPeer::Listen(const Endpoint& at)
{
    m_listener = NewSocket(at.Get()->sa_family);
    if (m_listener < 0 || bind(m_listener, at.Get(), at.size) != 0 || listen(m_listener, 8) != 0)
    {
        throw std::runtime_error("cannot listen on " + m_options.listen + ": " +
                                 std::strerror(errno));
    }
}

// ---- the loop

void
BgpPeer::Run()
{
    const Time end = Seconds(m_options.duration);
    bool stopped = false;
    m_session->Start(Now());
    while (!stopped || !m_closing.empty())
    {
        std::vector<pollfd> fds;
        std::vector<BgpConnectionId> names;
        Poll(fds, names);
        for (size_t i = 0; i < fds.size(); ++i)
        {
            if (fds[i].revents == 0)
            {
                continue;
            }
            if (names[i] != 0)
            {
                Ready(names[i], fds[i].revents);
            }
            else if (fds[i].fd == m_listener)
            {
                Accept();
            }
            else if (fds[i].fd == STDIN_FILENO)
            {
                ReadCommands();
            }
            else
            {
                Drain(fds[i].fd);
            }
        }
        for (const auto connection : std::exchange(m_broken, {}))
        {
            Fail(connection);
        }
        ExpireTimers();
        if (!stopped && (g_bgpPeerQuit || (m_options.duration > 0 && Now() >= end)))
        {
            stopped = true;
            m_session->Stop(Now());
        }
    }
}

/// Waits for a socket, a timer or the end, whichever is first.
int
BgpPeer::Poll(std::vector<pollfd>& fds, std::vector<BgpConnectionId>& names)
{
    const auto add = [&](int fd, short events, BgpConnectionId name)
    {
        fds.push_back({fd, events, 0});
        names.push_back(name);
    };
    for (const auto& [name, connection] : m_connections)
    {
        const bool out = connection.connecting || connection.full;
        add(connection.fd, POLLIN | (out ? POLLOUT : 0), name);
    }
    for (const auto& item : m_closing)
    {
        add(item.first, POLLIN, 0);
    }
    if (m_listener >= 0)
    {
        add(m_listener, POLLIN, 0);
    }
    if (m_hasInput)
    {
        add(STDIN_FILENO, POLLIN, 0);
    }
    Time wake = Now() + Seconds(3600);
    if (m_options.duration > 0)
    {
        wake = std::min(wake, Time(Seconds(m_options.duration)));
    }
    for (const auto& item : m_timers)
    {
        wake = std::min(wake, item.second);
    }
    for (const auto& item : m_closing)
    {
        wake = std::min(wake, item.second);
    }
    const int64_t wait = m_broken.empty() ? (wake - Now()).GetNanoSeconds() : 0;
    const timespec limit{std::max<int64_t>(wait, 0) / 1000000000,
                         std::max<int64_t>(wait, 0) % 1000000000};
    sigset_t none;
    sigemptyset(&none);
    return ppoll(fds.data(), fds.size(), &limit, &none);
}

void
BgpPeer::ExpireTimers()
{
    const Time now = Now();
    const auto due = [now](const auto& item)
    {
        return item.second <= now;
    };
    for (auto it = m_timers.begin();
         (it = std::find_if(m_timers.begin(), m_timers.end(), due)) != m_timers.end();)
    {
        const BgpTimer timer = it->first;
        m_timers.erase(it);
        m_session->TimerExpired(timer, now);
    }
    for (auto it = m_closing.begin();
         (it = std::find_if(m_closing.begin(), m_closing.end(), due)) != m_closing.end();)
    {
        close(it->first);
        m_closing.erase(it);
    }
}

// ---- connections

void
BgpPeer::Accept()
{
    const int fd = accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
    {
        return;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const BgpConnectionId name = ++m_last;
    m_connections[name].fd = fd;
    m_session->TcpConnected(name, BgpDirection::INCOMING, Now());
}

BgpConnectionId
BgpPeer::Connect()
{
    const Endpoint to = Endpoint::FromString(m_options.connect);
    const int fd = NewSocket(to.Get()->sa_family);
    bool good = fd >= 0;
    if (good && !m_options.source.empty())
    {
        const Endpoint from(IpAddress::FromString(m_options.source), 0);
        good = bind(fd, from.Get(), from.size) == 0;
    }
    if (!good || (connect(fd, to.Get(), to.size) != 0 && errno != EINPROGRESS))
    {
        if (fd >= 0)
        {
            close(fd);
        }
        return 0;
    }
    m_connections[++m_last] = {fd, true, false};
    return m_last;
}

void
BgpPeer::Close(BgpConnectionId connection, BgpCloseMode mode)
{
    const auto found = m_connections.find(connection);
    if (found == m_connections.end())
    {
        return;
    }
    const int fd = found->second.fd;
    m_connections.erase(found);
    m_broken.erase(connection);
    // Octets that nobody reads any more would make the kernel send a reset, which may overtake the
    // NOTIFICATION: so they are read until the peer closes.
    if (mode == BgpCloseMode::FLUSH && shutdown(fd, SHUT_WR) == 0)
    {
        m_closing[fd] = Now() + LINGER;
        return;
    }
    close(fd);
}

void
BgpPeer::Drain(int fd)
{
    char octets[4096];
    if (m_closing.count(fd) && recv(fd, octets, sizeof(octets), 0) <= 0)
    {
        close(fd);
        m_closing.erase(fd);
    }
}

size_t
BgpPeer::Write(BgpConnectionId connection, const uint8_t* data, size_t size)
{
    Connection& to = m_connections.at(connection);
    const ssize_t taken = send(to.fd, data, size, MSG_NOSIGNAL);
    if (taken < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
    {
        m_broken.insert(connection);
        return size;
    }
    const size_t count = std::max<ssize_t>(taken, 0);
    to.full = count < size;
    return count;
}

void
BgpPeer::Ready(BgpConnectionId connection, short events)
{
    const auto found = m_connections.find(connection);
    if (found == m_connections.end())
    {
        return;
    }
    Connection& ready = found->second;
    if (ready.connecting)
    {
        int error = 0;
        socklen_t size = sizeof(error);
        getsockopt(ready.fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0 || (events & POLLOUT) == 0)
        {
            Fail(connection);
            return;
        }
        ready.connecting = false;
        m_session->TcpConnected(connection, BgpDirection::OUTGOING, Now());
        return;
    }
    if (events & POLLOUT && ready.full)
    {
        ready.full = false;
        m_session->Writable(connection, Now());
    }
    if (events & (POLLIN | POLLERR | POLLHUP))
    {
        Read(connection);
    }
}

void
BgpPeer::Read(BgpConnectionId connection)
{
    const auto found = m_connections.find(connection);
    if (found == m_connections.end())
    {
        return;
    }
    uint8_t octets[65536];
    const ssize_t size = recv(found->second.fd, octets, sizeof(octets), 0);
    if (size > 0)
    {
        m_session->BytesReceived(connection, octets, size, Now());
    }
    else if (size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
    {
        Fail(connection);
    }
}

/// Forgets a connection and tells the session.
void
BgpPeer::Fail(BgpConnectionId connection)
{
    const auto found = m_connections.find(connection);
    if (found != m_connections.end())
    {
        close(found->second.fd);
        m_connections.erase(found);
        m_session->TcpFailed(connection, Now());
    }
}

} // namespace vmm
} // namespace ns3
