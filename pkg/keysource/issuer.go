package keysource

import (
	"context"

	"github.com/jwt-toolkit/jwt/pkg/issuer"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// discover finds the URL of an issuer's keys; again asks for what the cache has, too.
func discover(ctx context.Context, f *fetcher, name string, again bool) (keys string, err error) {
	target, err := issuer.Check(name)
	if err != nil {
		return "", err
	}
	var first error
	for _, address := range issuer.Documents(target) {
		keys, _, err := fetch(ctx, f, address, again, func(r *web.Response) (string, error) { return readMetadata(r, name) })
		switch err.(type) { //nolint:errorlint // as they were made
		case *web.StatusError, *OfflineError: // it may have the other
		default:
			return keys, err
		}
		if first == nil {
			first = err
		}
	}
	return "", first
}

func readMetadata(response *web.Response, name string) (keys string, err error) {
	metadata, err := issuer.Read(response, name)
	if err != nil {
		return "", err
	}
	return metadata.URL("jwks_uri")
}
