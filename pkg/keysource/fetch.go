package keysource

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/web"
)

// maxDocument is the longest document that is read from a URL, in bytes. The JWK
// Sets of the largest issuers have some 20 KiB.
const maxDocument = 1 << 20

// A fetcher gets documents, from the cache where it may. Its caller sees to it that
// it does one thing at a time.
type fetcher struct {
	get              func(ctx context.Context, address string, limit int64) (*web.Response, error)
	cache            cache
	refresh, offline bool
	now              func() time.Time
	refused          *CacheError // why the cache is not used
}

func (o Opener) fetcher() *fetcher {
	client := o.HTTP
	if client == nil {
		client = &web.Client{}
	}
	f := &fetcher{get: client.Get, refresh: o.Refresh, offline: o.Offline, now: o.Now}
	if o.get != nil {
		f.get = o.get
	}
	if f.now == nil {
		f.now = time.Now
	}
	// What answers under other rules than usual must not answer for the real server
	// later, nor that one now.
	if client.Roots == nil && client.Certificates == nil && client.Resolve == nil && client.Proxy == "" && !client.Insecure {
		f.cache.dir = o.Cache
	}
	return f
}

// An OfflineError says that a document would have to be asked for.
type OfflineError struct {
	URL   string // as [web.Redact] shows it
	Never bool   // it is not kept even if it is asked for
}

func (e *OfflineError) Error() string {
	if e.Never {
		return e.URL + ": is never kept in the cache, and was not to be asked"
	}
	return e.URL + ": is not in the cache, and was not to be asked"
}

// fetch reads the document behind a URL: what the cache has of it, unless again is
// true, else what the server has. What cannot be read is not kept, so a server's
// bad minute is over when it is. kept is nil if the server was asked.
func fetch[T any](ctx context.Context, f *fetcher, address string, again bool, read func(*web.Response) (T, error)) (document T, kept *entry, err error) {
	keep := f.keeps(address)
	if keep && !again {
		e, err := f.cache.load(address)
		f.refuse(err)
		if err == nil && !e.Fetched.After(f.now()) && (f.offline || e.fresh(f.now())) {
			if document, err := read(e.response()); err == nil {
				return document, e, nil
			}
		}
	}
	if f.offline {
		return document, nil, &OfflineError{URL: web.Redact(address), Never: !keep}
	}
	response, err := f.get(ctx, address, maxDocument)
	if err != nil {
		return document, nil, err
	}
	document, err = read(response)
	if seconds, ok := lifetime(response.Header); keep && ok && err == nil {
		f.refuse(f.cache.save(&entry{URL: address, Fetched: f.now().UTC(), MaxAge: seconds, body: response.Body}))
	}
	return document, nil, err
}

// keeps reports whether a document may be kept: not what a program on this machine
// serves, which is another one tomorrow, nor what only some user gets to see.
func (f *fetcher) keeps(address string) bool {
	target, err := url.Parse(address)
	return f.cache.dir != "" && err == nil && target.Scheme == "https" && target.User == nil && !web.Loopback(target.Hostname())
}

// refuse remembers that the cache is not to be trusted. That it is missing, full or
// damaged only makes it useless.
func (f *fetcher) refuse(err error) {
	if e, ok := errors.AsType[*CacheError](err); ok {
		f.refused = e
	}
}
