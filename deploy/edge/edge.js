// What nginx cannot say in its own words: whether a stream token was signed by media, and
// how a read of the private bucket is signed. njs runs the top of this file for each
// request, so that it holds nothing but functions; secrets come as nginx's variables.
import crypto from 'crypto';

// '1' for a token that media signed for this edition and that did not run out, else ''.
function checkToken(r) {
    const parts = r.uri.split('/'); // '', v, token, lecture, edition, check
    const token = parts[2];
    const end = token.length - 64; // HMAC-SHA-256 in hexadecimal
    const signed = token.slice(0, end - 1) + '/' + parts[3] + '/' + parts[4];
    const wanted = crypto.createHmac('sha256', r.variables.stream_secret).update(signed).digest('hex');
    const isGood = isSame(wanted, token.slice(end)) && token.slice(0, 10) * 1000 > Date.now();
    return isGood ? '1' : '';
}

// Looks at all of it, whatever differs.
function isSame(wanted, given) {
    let differs = 0;
    for (let place = 0; place < 64; place += 8) {
        differs |= wanted.slice(place, place + 8) !== given.slice(place, place + 8);
    }
    return differs === 0;
}

function tellDate() {
    return new Date().toISOString().replace(/[-:]|\.\d+/g, '');
}

// AWS Signature Version 4 of a GET without a body (the S3 protocol's own).
function signRead(r) {
    const v = r.variables;
    const date = v.objects_date;
    const day = date.slice(0, 8);
    const scope = day + '/' + v.objects_region + '/s3/aws4_request';
    const names = 'host;x-amz-content-sha256;x-amz-date';
    const request = [
        'GET', r.uri, '', 'host:' + v.objects_host,
        'x-amz-content-sha256:UNSIGNED-PAYLOAD', 'x-amz-date:' + date, '',
        names, 'UNSIGNED-PAYLOAD',
    ].join('\n');
    const digest = crypto.createHash('sha256').update(request).digest('hex');
    const text = ['AWS4-HMAC-SHA256', date, scope, digest].join('\n');
    let key = 'AWS4' + v.objects_secret;
    [day, v.objects_region, 's3', 'aws4_request'].forEach((part) => {
        key = crypto.createHmac('sha256', key).update(part).digest();
    });
    const signature = crypto.createHmac('sha256', key).update(text).digest('hex');
    return 'AWS4-HMAC-SHA256 Credential=' + v.objects_access + '/' + scope
        + ', SignedHeaders=' + names + ', Signature=' + signature;
}

function nameType(r) {
    if (r.status === 200 || r.status === 206) {
        r.headersOut['Content-Type'] = r.variables.named_type;
    }
}

// What is kept of answers is read again for each segment, so nothing is that nobody needs:
// of an answer to a check how long it holds, of a file what players go by.
function keepOfCheck(r) {
    keepNamed(r, /^(cache-control|www-authenticate)$/i);
}

function keepOfFile(r) {
    keepNamed(r, /^(content-length|etag|last-modified)$/i);
}

function keepNamed(r, names) {
    for (const name in r.headersOut) {
        if (!names.test(name)) {
            delete r.headersOut[name];
        }
    }
}

export default { checkToken, tellDate, signRead, nameType, keepOfCheck, keepOfFile };
