package token

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// maxSeconds is the last second of the year 9999, the last that RFC 3339 can
// write. Issuers that send more mean milliseconds or "never".
const maxSeconds = 253402300799

// Errors of [NumericDate].
var (
	ErrNotNumber  = errors.New("is not a number")
	ErrDateRange  = errors.New("is outside 1970 to 9999")
	ErrDateMillis = errors.New("is outside 1970 to 9999: it looks like milliseconds, where the standard has seconds")
)

// NumericDate reads a claim such as "exp": seconds since 1970 as a JSON number,
// whole or not (RFC 7519 §2). Zero is the year 1970, not "never".
func NumericDate(value json.RawMessage) (time.Time, error) {
	if !strict.IsNumber(value) {
		return time.Time{}, ErrNotNumber
	}
	seconds, err := strconv.ParseFloat(string(value), 64)
	if err == nil && seconds/1000 > 1e9 && seconds/1000 <= maxSeconds && seconds > maxSeconds {
		return time.Time{}, ErrDateMillis
	}
	if err != nil || seconds < 0 || seconds > maxSeconds {
		return time.Time{}, ErrDateRange
	}
	// Whole numbers this small are exact in a float64. A fraction is good to a
	// microsecond, and no finer than that is kept.
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1000).UTC(), nil
}
