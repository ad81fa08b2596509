// Package web is the one HTTP client: it says where it may go, how long it may
// take and how much it may read.
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
	"net/url"
	"strings"
	"time"
)

// Timeout is how long one request may take, redirects and body included, when
// the caller names no other time.
const Timeout = 10 * time.Second

const maxRedirects = 5

// A Client makes requests. The zero Client is ready to use. It trusts what the
// system trusts, and goes through the proxy that the environment names.
type Client struct {
	Timeout time.Duration  // of one request; 0 means [Timeout]
	Roots   *x509.CertPool // nil: those of the system, loaded when first needed
	Agent   string         // the User-Agent field
}

// A Response is an answer, its body read to the end or to the limit.
type Response struct {
	URL    string // where it came from in the end, as [Redact] shows it
	Status int
	Header http.Header
	Body   []byte
}

// A Fault is the stable name of why there is no answer.
type Fault string

const (
	BadURL   Fault = "bad-url"
	Insecure Fault = "insecure" // plain http to another machine
	NoAnswer Fault = "no-answer"
	TimedOut Fault = "timeout"
	DNS      Fault = "dns"
	TLS      Fault = "tls"
	Redirect Fault = "redirect" // to another origin, or too many
	TooLong  Fault = "too-long"
)

// An Error says that a request got no answer that may be used, and why.
type Error struct {
	URL   string // as [Redact] shows it
	Fault Fault
	Why   string
	Err   error
}

func (e *Error) Error() string { return e.URL + ": " + e.Why }
func (e *Error) Unwrap() error { return e.Err }

// Get fetches a document of at most limit bytes. Any status is an answer. It
// follows redirects within the origin only. Errors are [*Error].
func (c *Client) Get(ctx context.Context, address string, limit int64) (*Response, error) {
	fail := func(fault Fault, why string, err error) (*Response, error) {
		return nil, &Error{URL: Redact(address), Fault: fault, Why: why, Err: err}
	}
	target, err := Check(address)
	if err != nil {
		return nil, err
	}
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = Timeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return fail(BadURL, "is not a URL", nil) // the error quotes all of it
	}
	request.Header.Set("User-Agent", c.Agent)
	request.Header.Set("Accept", "application/json")

	transport := &http.Transport{
		Proxy:             http.ProxyFromEnvironment,
		DialContext:       (&net.Dialer{}).DialContext,
		TLSClientConfig:   &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
		DisableKeepAlives: true, // one request a run; nothing is left open
		// A body that grows a thousandfold when unpacked is cut by the limit below,
		// but nothing needs it either.
		DisableCompression: true,
	}
	client := &http.Client{Transport: transport, CheckRedirect: sameOrigin}
	response, err := client.Do(request)
	if err != nil {
		fault, why := explain(err, timeout)
		return fail(fault, why, err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end already, or given up
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		fault, why := explain(err, timeout)
		return fail(fault, why+" while the answer was read", err)
	}
	if int64(len(body)) > limit {
		return fail(TooLong, fmt.Sprintf("answered more than %d KiB", limit>>10), nil)
	}
	return &Response{
		URL: Redact(response.Request.URL.String()), Status: response.StatusCode,
		Header: response.Header, Body: body,
	}, nil
}

// errRedirect is why a redirect is not followed.
var errRedirect = errors.New("redirect")

func sameOrigin(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return fmt.Errorf("%w to another origin, %s", errRedirect, Redact(next.URL.String()))
	}
	if len(via) > maxRedirects {
		return fmt.Errorf("%w again and again", errRedirect)
	}
	return nil
}

// explain words the errors of net/http, which name the whole URL, query and all.
func explain(err error, timeout time.Duration) (Fault, string) {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	_, isDNS := errors.AsType[*net.DNSError](err)
	_, isRecord := errors.AsType[tls.RecordHeaderError](err)
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, errRedirect):
		return Redirect, "answered with a " + err.Error() + ", which is not followed"
	case errors.Is(err, context.DeadlineExceeded):
		return TimedOut, fmt.Sprintf("did not answer within %s", timeout)
	case errors.Is(err, context.Canceled):
		return NoAnswer, "was interrupted"
	case isDNS:
		return DNS, "has a host name that cannot be found"
	case isRecord:
		return TLS, "does not speak TLS: it may be plain http"
	case isCertificate, strings.HasPrefix(err.Error(), "tls: "), strings.HasPrefix(err.Error(), "remote error: tls: "):
		return TLS, "has no TLS connection to trust: " + err.Error()
	}
	return NoAnswer, "does not answer: " + err.Error()
}

// Check reads a URL that may be asked: https, or http to this machine. Anything
// else would let somebody on the way choose the answer. Errors are [*Error].
func Check(address string) (*url.URL, error) {
	target, err := url.Parse(address)
	switch {
	case err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https":
		return nil, &Error{URL: Redact(address), Fault: BadURL, Why: "is not an http or https URL"}
	case target.Scheme == "http" && !Loopback(target.Hostname()):
		return nil, &Error{URL: Redact(address), Fault: Insecure, Why: "is plain http to another machine: anybody on the way can change the answer"}
	}
	return target, nil
}

// Loopback reports whether a host name or address is this machine's own.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") { // RFC 6761 §6.3
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Redact is a URL without what may be secret in it: user, query and fragment.
func Redact(address string) string {
	target, err := url.Parse(address)
	if err != nil {
		return "the URL"
	}
	if target.User != nil {
		target.User = url.User("…")
	}
	if target.RawQuery != "" {
		target.RawQuery = "…"
	}
	target.Fragment = ""
	return strings.ReplaceAll(target.String(), "%E2%80%A6", "…")
}
