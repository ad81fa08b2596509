// Package web is the one HTTP client: it says where it may go, how long it may
// take and how much it may read. It reads no environment and no file but the
// system's certificates. What a server says before it is asked, net/http gives to
// the standard logger (Transport, "Unsolicited response"); only the process as a
// whole can silence that.
package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Timeout is how long one request may take, redirects, body and a second try
// included, when the caller names no other time.
const Timeout = 10 * time.Second

const (
	maxRedirects = 5
	maxHeader    = 64 << 10 // bytes of an answer's header; servers send less than 8 KiB
)

// A Client makes requests. The zero Client is ready to use: it trusts what the
// system trusts, shows no certificate and asks no proxy. A Client is not changed
// by its use, so many goroutines may share one.
type Client struct {
	Timeout time.Duration  // of one request; 0 means [Timeout]
	Roots   *x509.CertPool // nil: those of the system, loaded when first needed
	Agent   string         // the User-Agent field; "" sends none

	// Certificates are shown to a server that asks for one: the first that fits
	// what it asks for. A proxy that is asked over TLS is a server too.
	Certificates []tls.Certificate

	// Resolve says where to connect to instead of looking a host up: "host:port",
	// in lower case, to "address" or "address:port". [ParseResolve] reads entries.
	// The host remains the one that is asked for and must prove its name.
	Resolve map[string]string

	// Proxy is the proxy for all requests: an http, https, socks5 or socks5h URL,
	// or host:port for http. It looks the hosts up, so Resolve is for its own name.
	Proxy string

	// Getenv reads the environment, where HTTPS_PROXY and NO_PROXY say which proxy
	// is asked if Proxy is empty: none for this machine and the hosts in Resolve.
	// The lower-case names hold too. Nil is an empty environment.
	Getenv func(name string) string

	Insecure bool // takes any certificate of any server: whoever is on the way may answer
	HTTP1    bool // speaks HTTP/1.1 only, instead of HTTP/2 where the server has it

	PlainHTTP bool // lets Post and Transport send over plain http to another machine
}

// A Response is an answer, its body read to the end.
type Response struct {
	URL    string // where it came from in the end, as [Redact] shows it
	Status int
	Header http.Header
	Body   []byte // as it was sent: a Content-Encoding is not undone
}

// A Fault is the stable name of why there is no answer.
type Fault string

const (
	BadURL   Fault = "bad-url"  // of the target or the proxy
	Insecure Fault = "insecure" // plain http to another machine
	NoAnswer Fault = "no-answer"
	TimedOut Fault = "timeout"
	DNS      Fault = "dns"
	TLS      Fault = "tls"
	Proxy    Fault = "proxy"    // does not answer, or does not let the request through
	Redirect Fault = "redirect" // to another origin, or too many
	TooLong  Fault = "too-long"
)

// An Error says that a request got no answer that may be used, and why.
type Error struct {
	URL   string // as [Redact] shows it
	Proxy string // that was asked, as Redact shows it; "" if none was
	Fault Fault
	Why   string // a predicate of the URL; may quote what a server said
	Err   error  // the cause, if there is one; its text may hold secrets
}

func (e *Error) Error() string {
	if e.Proxy != "" {
		return e.URL + " through the proxy " + e.Proxy + ": " + e.Why
	}
	return e.URL + ": " + e.Why
}
func (e *Error) Unwrap() error { return e.Err }

// Get fetches a document of at most limit bytes. Any status is an answer. It
// follows at most five redirects, within the origin only, and asks once more after
// a lost connection or a 502, 503 or 504. Errors are [*Error].
func (c *Client) Get(ctx context.Context, address string, limit int64) (*Response, error) {
	target, err := Check(address)
	if err != nil {
		return nil, err
	}
	proxy, err := c.proxy(target)
	if err != nil {
		return nil, err
	}
	return c.timed(ctx, address, proxy, func(timed context.Context) (*Response, error) {
		return c.fetchAgain(timed, c.transport(target, proxy, onlyHere), target, limit)
	})
}

// timed lets ask take as long as a request may, and says in words why it failed.
func (c *Client) timed(ctx context.Context, address string, proxy *url.URL, ask func(context.Context) (*Response, error)) (*Response, error) {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = Timeout
	}
	timed, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	response, err := ask(timed)
	if err == nil {
		return response, nil
	}

	e, ok := errors.AsType[*Error](err)
	switch {
	case ok: // says it already
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		e = &Error{Fault: TimedOut, Why: "did not answer in time", Err: ctx.Err()}
	case ctx.Err() != nil: // err may be the cause of it, which is the caller's own
		e = &Error{Fault: NoAnswer, Why: "was interrupted", Err: ctx.Err()}
	case timed.Err() != nil:
		e = &Error{Fault: TimedOut, Why: fmt.Sprintf("did not answer within %s", timeout), Err: timed.Err()}
	default:
		e = explain(err)
	}
	e.URL = Redact(address)
	if proxy != nil {
		e.Proxy = Redact(proxy.String())
	}
	return nil, e
}

// Transport makes the requests to one address for a caller who decides himself
// what may be sent there: unlike Get it follows no redirect and sets no limit to a
// body. Plain http goes to this machine alone, by whatever name and through whatever
// proxy, unless PlainHTTP lets it go further. proxy names the one it goes through, as
// [Redact] shows it; "" if there is none. Errors are [*Error].
func (c *Client) Transport(address string) (transport http.RoundTripper, proxy string, err error) {
	target, err := url.Parse(address)
	if err != nil || target.Hostname() == "" {
		return nil, "", &Error{URL: Redact(address), Fault: BadURL, Why: "is not an http or https URL"}
	}
	via, err := c.proxy(target)
	if err != nil {
		return nil, "", err
	}
	if via != nil {
		proxy = Redact(via.String())
	}
	plain := control(onlyHere)
	if c.PlainHTTP {
		plain = nil
	}
	return c.transport(target, via, plain), proxy, nil
}

type control = func(network, address string, _ syscall.RawConn) error

func (c *Client) transport(target, proxy *url.URL, plain control) *http.Transport {
	dialer := &net.Dialer{}
	if target.Scheme == "http" {
		dialer.Control = plain
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(!c.HTTP1)
	return &http.Transport{
		Proxy: http.ProxyURL(proxy), // nil for none
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, c.resolve(address))
		},
		OnProxyConnectResponse: letThrough,
		TLSClientConfig: &tls.Config{
			RootCAs:            c.Roots,
			Certificates:       c.Certificates,
			MinVersion:         tls.VersionTLS12,
			InsecureSkipVerify: c.Insecure, //nolint:gosec // only where the caller says so
		},
		Protocols:              protocols,
		MaxResponseHeaderBytes: maxHeader,
		DisableKeepAlives:      true, // one request a run; nothing is left open
		DisableCompression:     true, // what is unpacked can be a thousand times as long
	}
}

// onlyHere keeps plain http on this machine whatever a name resolves to, "localhost"
// included. It is asked with the address itself, before anything is sent there.
func onlyHere(_, address string, _ syscall.RawConn) error {
	if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().IsLoopback() {
		return &Error{Fault: Insecure, Why: "is plain http to another machine, " + address}
	}
	return nil
}

// letThrough judges what a proxy answers to CONNECT.
func letThrough(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return &Error{Fault: Proxy, Why: "is not let through: the proxy answered " + StatusText(answer.StatusCode)}
	}
	return nil
}

// fetch asks for a document and follows its redirects. This is not left to
// [http.Client], whose rules are wider: it goes to other origins, and its errors
// quote whole URLs.
func (c *Client) fetch(ctx context.Context, transport *http.Transport, target *url.URL, limit int64) (*Response, error) {
	for range maxRedirects + 1 {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
		if err != nil {
			return nil, &Error{Fault: BadURL, Why: "is not an http or https URL", Err: err}
		}
		request.Header.Set("User-Agent", c.Agent)
		request.Header.Set("Accept", "application/json")
		if user := target.User; user != nil {
			password, _ := user.Password()
			request.SetBasicAuth(user.Username(), password)
		}
		answer, err := transport.RoundTrip(request)
		if err != nil {
			return nil, err
		}
		next, err := redirect(answer, target)
		if next == nil && err == nil {
			return read(answer, target, limit)
		}
		_ = answer.Body.Close() // given up unread
		if err != nil {
			return nil, err
		}
		target = next
	}
	return nil, &Error{Fault: Redirect, Why: "answered with a redirect again and again, which is not followed"}
}

// redirect is where an answer leads to, nil if it is the last one.
func redirect(answer *http.Response, from *url.URL) (*url.URL, error) {
	switch answer.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	next, err := answer.Location()
	switch {
	case errors.Is(err, http.ErrNoLocation):
		return nil, nil
	case err != nil:
		return nil, &Error{Fault: Redirect, Why: "answered with a redirect to what is no URL", Err: err}
	case !sameOrigin(next, from):
		return nil, &Error{Fault: Redirect, Why: "answered with a redirect to another origin, " + Redact(next.String()) + ", which is not followed"}
	}
	next.User = from.User // the caller's, whatever the server says
	return next, nil
}

func read(answer *http.Response, from *url.URL, limit int64) (*Response, error) {
	defer answer.Body.Close() //nolint:errcheck // read to its end already, or given up
	body, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		return nil, &Error{Fault: TooLong, Why: "answered more than " + size(limit)}
	}
	return &Response{URL: Redact(from.String()), Status: answer.StatusCode, Header: answer.Header, Body: body}, nil
}

func size(n int64) string {
	if n%(1<<10) == 0 {
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// explain words the errors of net/http. It takes over only texts that are known to
// quote neither the URL nor the answer, which may have the URL in it.
func explain(err error) *Error {
	op, isOp := errors.AsType[*net.OpError](err)
	if isOp && op.Op == "proxyconnect" {
		return &Error{Fault: Proxy, Why: "cannot be reached: its proxy " + explain(op.Err).Why, Err: err}
	}
	if isOp && strings.HasPrefix(op.Op, "socks") {
		return &Error{Fault: Proxy, Why: "is not let through: " + op.Error(), Err: err}
	}
	_, isDNS := errors.AsType[*net.DNSError](err)
	_, isRecord := errors.AsType[tls.RecordHeaderError](err)
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	isAlert := isOp && (op.Op == "remote error" || op.Op == "local error") // as crypto/tls names them
	text := err.Error()
	switch {
	case isDNS:
		return &Error{Fault: DNS, Why: "has a host name that cannot be found", Err: err}
	case isRecord:
		return &Error{Fault: TLS, Why: "does not speak TLS: it may be plain http", Err: err}
	case isAlert:
		return &Error{Fault: TLS, Why: "has no TLS connection to trust: " + op.Error(), Err: err}
	case isCertificate, strings.HasPrefix(text, "tls: "):
		return &Error{Fault: TLS, Why: "has no TLS connection to trust: " + text, Err: err}
	case isOp:
		return &Error{Fault: NoAnswer, Why: "does not answer: " + op.Error(), Err: err}
	case strings.Contains(text, "response headers exceeded"), strings.Contains(text, "response header list larger"): // HTTP/1.1, HTTP/2
		return &Error{Fault: TooLong, Why: "answered a header of more than " + size(maxHeader), Err: err}
	case closed(err):
		return &Error{Fault: NoAnswer, Why: "closed the connection before the answer was complete", Err: err}
	}
	return &Error{Fault: NoAnswer, Why: "gives no whole and valid HTTP answer", Err: err}
}
