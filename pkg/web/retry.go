package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

const (
	pause    = 100 * time.Millisecond // before a request is made again
	maxPause = 2 * time.Second        // that a server may ask for instead
)

// fetchAgain is fetch with one more try where the first met what passes: a
// connection that was not made or was lost, or a server that says of itself that
// it cannot answer at the moment. ctx bounds both.
func (c *Client) fetchAgain(ctx context.Context, transport *http.Transport, target *url.URL, limit int64) (*Response, error) {
	response, err := c.fetch(ctx, transport, target, limit)
	wait, passes := passing(response, err)
	if deadline, ok := ctx.Deadline(); !passes || ctx.Err() != nil || ok && time.Until(deadline) <= wait {
		return response, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(wait):
	}
	return c.fetch(ctx, transport, target, limit)
}

// passing reports whether a request may fare better in a moment, and in which.
func passing(response *Response, err error) (wait time.Duration, ok bool) {
	if err != nil {
		return pause, dropped(err)
	}
	switch response.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		return 0, false
	}
	after := response.Header.Get("Retry-After") // RFC 9110 §10.2.3
	if after == "" {
		return pause, true
	}
	// A date is one that nobody at a terminal waits for.
	seconds, err := strconv.ParseUint(after, 10, 16)
	wait = max(pause, time.Duration(seconds)*time.Second) //nolint:gosec // 16 bits
	return wait, err == nil && wait <= maxPause
}

// dropped reports whether it was the connection that failed, and not what came
// over it or the way to it.
func dropped(err error) bool {
	if is[*Error](err) || is[*net.DNSError](err) {
		return false
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return slices.Contains([]string{"dial", "read", "write"}, op.Op)
	}
	return closed(err)
}

// closed reports whether the server closed the connection before its answer was whole.
// Where it did so before the request was written, net/http says it with an error that
// it does not export, even of a connection that was never idle.
func closed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		err != nil && err.Error() == "http: server closed idle connection"
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
