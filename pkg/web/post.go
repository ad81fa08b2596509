package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
)

// A Message is what [Client.Post] sends: to one place, once.
type Message struct {
	Type          string // the media type of Body
	Authorization string // the field of that name; "" sends none
	Body          []byte
}

// Post sends a message that may hold a password, and reads an answer of at most
// limit bytes. Any status is an answer: no redirect is followed, whatever it
// says, and nothing is sent a second time, whatever becomes of the first. It goes
// over https, or plain http to this machine, and with PlainHTTP to any. Errors are
// [*Error].
func (c *Client) Post(ctx context.Context, address string, message Message, limit int64) (*Response, error) {
	target, plain, err := c.sendable(address)
	if err != nil {
		return nil, err
	}
	proxy, err := c.proxy(target)
	if err != nil {
		return nil, err
	}
	return c.timed(ctx, address, proxy, func(timed context.Context) (*Response, error) {
		request, err := http.NewRequestWithContext(timed, http.MethodPost, target.String(), bytes.NewReader(message.Body))
		if err != nil {
			return nil, &Error{Fault: BadURL, Why: "is not an http or https URL", Err: err}
		}
		// Without it the transport has no way to send the body again on a new
		// connection, which it would do where the first was lost.
		request.GetBody = nil
		request.Header.Set("User-Agent", c.Agent)
		request.Header.Set("Accept", "application/json")
		request.Header.Set("Content-Type", message.Type)
		if message.Authorization != "" {
			request.Header.Set("Authorization", message.Authorization)
		}
		answer, err := c.transport(target, proxy, plain).RoundTrip(request)
		if err != nil {
			return nil, err
		}
		return read(answer, target, limit)
	})
}

// MayPost says why a message cannot be sent to an address, as far as the address
// tells; nil if it can. Errors are [*Error], as Post has them.
func (c *Client) MayPost(address string) error {
	_, _, err := c.sendable(address)
	return err
}

// sendable reads a URL that a message may be sent to, and gives what watches over
// its plain connections.
func (c *Client) sendable(address string) (*url.URL, control, error) {
	target, err := url.Parse(address)
	switch {
	case err != nil || target.Hostname() == "" || target.Scheme != "http" && target.Scheme != "https":
		return nil, nil, &Error{URL: Redact(address), Fault: BadURL, Why: "is not an http or https URL"}
	case target.User != nil:
		return nil, nil, &Error{URL: Redact(address), Fault: BadURL, Why: "has a user name in it"}
	case c.PlainHTTP:
		return target, nil, nil
	case target.Scheme == "http" && !Loopback(target.Hostname()):
		return nil, nil, &Error{URL: Redact(address), Fault: Insecure, Why: "is plain http to another machine: anybody on the way can read what is sent"}
	}
	return target, onlyHere, nil
}

// Location is where a redirect leads to, for a message and as [Redact] shows it; ""
// if the answer is none.
func (r *Response) Location(from string) string {
	switch r.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return ""
	}
	base, err := url.Parse(from)
	if err != nil {
		return ""
	}
	next, err := base.Parse(r.Header.Get("Location"))
	if err != nil {
		return Redact("")
	}
	return Redact(next.String())
}
