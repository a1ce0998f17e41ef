/**
 * Codes of HL7's own code systems, as FHIR R4 (4.0.1) publishes them: an element de-identified may keep no other. A
 * pattern would let a name pass that stands where a code should. The test compares them with HL7's definitions.
 */

const TERMINOLOGY = `
activity-definition-category: assessment education treatment
adjudication: benefit copay deductible eligible eligpercent submitted tax unallocdeduct
adjudication-error: a001 a002
adjudication-reason: ar001 ar002
admit-source: born emd gp hosp-trans mp nursing other outp psych rehab
adverse-event-category: expired-drug incorrect-prescribing-information medical-device-use-error
problem-different-manufacturer product-problem product-quality product-use-error
unsafe-physical-environment wrong-dose wrong-duration wrong-rate wrong-route-of-administration
wrong-technique wrong-time
adverse-event-causality-assess: Certain Conditional-Classified Possible Probably-Likely Unassessable-Unclassifiable Unlikely
adverse-event-causality-method: Bayesian Checklist ProbabilityScale
adverse-event-outcome: fatal ongoing recovering resolved resolvedWithSequelae unknown
adverse-event-seriousness: Non-serious Serious SeriousIsBirthDefect SeriousIsLifeThreatening SeriousRequiresPreventImpairment
SeriousResultsInDeath SeriousResultsInDisability SeriousResultsInHospitalization
adverse-event-severity: mild moderate severe
allerg-intol-substance-exp-risk: known-reaction-risk no-known-reaction-risk
allergyintolerance-clinical: active inactive resolved
allergyintolerance-verification: confirmed entered-in-error refuted unconfirmed
applicability: in-network other out-of-network
appointment-cancellation-reason: maint meds-inc oth-cms oth-err oth-fin oth-int oth-iv oth-mu oth-oerr oth-room oth-swie oth-weath
other pat pat-cpp pat-crs pat-dec pat-fb pat-lt pat-mt pat-mv pat-preg pat-swl pat-ucp prov prov-dch
prov-edu prov-hosp prov-labs prov-mri prov-onc prov-pers
audit-entity-type: 1 2 3 4
audit-event-type: rest
basic-resource-type: account adjudicat adminact advevent aptmtreq consent diet exposure investigation invoice
predetermine predetreq protocol referral study transfer
benefit-network: in out
benefit-term: annual day lifetime
benefit-type: benefit copay copay-maximum copay-percent deductible medical-primarycare pharmacy-dispense room
vision-contacts vision-exam vision-glasses visit
benefit-unit: family individual
can-push-updates: no undetermined yes
catalogType: device medication protocol
certainty-subcomponent-rating: absent critical-concern downcode1 downcode2 downcode3 no-change no-concern present serious-concern
upcode1 upcode2
certainty-subcomponent-type: DoseResponseGradient Imprecision Inconsistency Indirectness LargeEffect PlausibleConfounding
PublicationBias RiskOfBias
chargeitem-billingcodes: 1100 1210 1320
choice-list-orientation: horizontal vertical
chromosome-human: 1 10 11 12 13 14 15 16 17 18 19 2 20 21 22 3 4 5 6 7 8 9 X Y
claim-exception: disabled student
claim-type: institutional oral pharmacy professional vision
claimcareteamrole: assist other primary supervisor
claiminformationcategory: attachment discharge employmentimpacted exception externalcause hospitalized info material
missingtooth onset other patientreasonforvisit prosthesis related
codesystem-altcode-kind: alternate case-insensitive case-sensitive deprecated expression
common-tags: actionable
communication-category: alert instruction notification reminder
communication-not-done-reason: family-objection invalid-phone-number patient-objection recipient-unavailable system-error unknown
communication-topic: appointment-reminder phone-consult prescription-refill-request progress-update report-labs
summary-report
composite-measure-scoring: all-or-nothing linear opportunity weighted
composition-altcode-kind: alternate case-insensitive case-sensitive deprecated expression
condition-category: encounter-diagnosis problem-list-item
condition-clinical: active inactive recurrence relapse remission resolved
condition-state: active inactive resolved
condition-ver-status: confirmed differential entered-in-error provisional refuted unconfirmed
consentaction: access collect correct disclose use
consentcategorycodes: acd dnr emrgonly hcd npp polst research rsdid rsreid
consentpolicycodes: at-elga cric dch-3927 ga4gh hipaa-auth hipaa-npp hipaa-research hipaa-restrictions hipaa-self-pay
illinois-minor-procedure mdhhs-5515 nci nih-527 nih-grdr nih-hipaa nl-lsp nyssipp squaxin ssa-827
va-10-0484 va-10-0485 va-10-10116 va-10-5345 va-10-5345a va-10-5345a-mhv va-21-4142
consentscope: adr patient-privacy research treatment
contactentity-type: ADMIN BILL HR PATINF PAYOR PRESS
container-cap: black brown dark-yellow green grey lavender light-blue light-green pink red white yellow
copy-number-event: amp del lof
coverage-class: class group plan rxbin rxgroup rxid rxpcn sequence subclass subgroup subplan
coverage-copay-type: copay copaypct deductible emergency gpvisit inpthosp maxoutofpocket spvisit televisit urgentcare
coverage-selfpay: pay
coverageeligibilityresponse-ex-auth-support: accidentreport diagnosticimageorder diagnosticimagereport laborder labreport model picture
professionalreport
data-absent-reason: as-text asked-declined asked-unknown error masked negative-infinity not-a-number not-applicable
not-asked not-performed not-permitted positive-infinity temp-unknown unknown unsupported
definition-status: active draft unknown withdrawn
definition-topic: assessment education treatment
definition-use: archetype custom-resource dam fhir-structure template wire-format
device-status-reason: hw-discon not-ready off offline online paused standby transduc-discon
diagnosis-role: AD CC CM DD billing post-op pre-op
dicom-audit-lifecycle: 1 10 11 12 13 14 15 2 3 4 5 6 7 8 9
diet: dairy-free gluten-free halal kosher nut-free vegan vegetarian
discharge-disposition: aadvice alt-home exp home hosp long oth other-hcf psy rehab snf
dose-rate-type: calculated ordered
effect-estimate-type: absolute-ARD absolute-MeanDiff absolute-MedianDiff absolute-SMD relative-HR relative-OR relative-RR
encounter-special-arrangements: add-bed att dog int wheel
encounter-type: ADMS CCS60 OKI
endpoint-connection-type: dicom-qido-rs dicom-stow-rs dicom-wado-rs dicom-wado-uri direct-project hl7-fhir-msg hl7-fhir-rest
hl7v2-mllp ihe-iid ihe-xca ihe-xcpd ihe-xdr ihe-xds secure-email
endpoint-payload-type: any none
entformula-additive: carbohydrate fiber lipid protein water
episodeofcare-type: cacp da diab hacc pac
evidence-quality: high low moderate very-low
evidence-variant-state: high-risk low-risk medium-risk
ex-USCLS: 1101 1102 1103 11101 11102 11103 11104 1201 1205 2101 2102 21211 21212 2141 2601 27211 67211 99111
99333 99555
ex-benefitcategory: 1 14 2 23 24 25 26 27 28 3 30 35 36 37 4 49 5 55 56 61 62 63 69 76 F1 F3 F4 F6
ex-claimsubtype: emergency ortho
ex-coverage-financial-exception: foster retired
ex-diagnosis-on-admission: n u w y
ex-diagnosisrelatedgroup: 100 101 300 400
ex-diagnosistype: admitting clinical differential discharge laboratory nursing prenatal principal radiology remote
retrospective self
ex-payee-resource-type: organization patient practitioner relatedperson
ex-paymenttype: complete partial
ex-procedure-type: primary secondary
ex-programcode: as auscr hd none
ex-providerqualification: 311405 604210 604215
ex-relatedclaimrelationship: associated prior
ex-revenue-center: 0010 0370 0420 0421 0440 0441 0450 0451 0452
ex-serviceplace: 01 03 04 05 06 07 08 09 11 12 13 14 15 19 20 21 41
ex-tooth: 0 1 11 12 13 14 15 16 17 18 2 21 22 23 24 25 26 27 28 3 31 32 33 34 35 36 37 38 4 41 42 43 44 45 46
47 48 5 6 7 8
ex-visionprescriptionproduct: contact lens
expansion-parameter-source: codesystem input server
expansion-processing-rule: all-codes groups-only ungrouped
extra-security-role-type: authserver datacollector dataprocessor datasubject humanuser
failure-action: fatal none rec-only warn
financialtaskcode: cancel poll release reprocess status
financialtaskinputtype: exclude include item origresponse period reference status
flag-category: admin advance-directive behavioral clinical contact diet drug lab research safety
forms-codes: 1 2
fundsreserve: none patient provider
goal-acceptance-status: agree disagree pending
goal-achievement: achieved improving in-progress no-change no-progress not-achieved not-attainable sustaining
worsening
goal-category: behavioral dietary nursing physiotherapy safety
goal-priority: high-priority low-priority medium-priority
goal-relationship-type: milestone other predecessor replacement successor
handling-condition: frozen refrigerated room
history-absent-reason: deferred subject-unknown unable-to-obtain withheld
immunization-evaluation-dose-status: notvalid valid
immunization-evaluation-dose-status-reason: advstorage coldchbrk explot outsidesched prodrecall
immunization-funding-source: private public
immunization-origin: jurisdiction provider recall record school
immunization-program-eligibility: ineligible uninsured
immunization-recommendation-status: complete contraindicated due immune overdue
immunization-subpotent-reason: coldchainbreak partial recall
implantStatus: disabled functional non-functional unknown
library-type: asset-collection logic-library model-definition module-definition
list-empty-reason: closed nilknown notasked notstarted unavailable withheld
list-order: alphabetic category entry-date event-date patient priority system user
location-physical-type: area bd bu ca co ho jdn lvl rd ro si ve wa wi
match-grade: certain certainly-not possible probable
measure-data-usage: risk-adjustment-factor supplemental-data
measure-improvement-notation: decrease increase
measure-population: denominator denominator-exception denominator-exclusion initial-population measure-observation
measure-population measure-population-exclusion numerator numerator-exclusion
measure-scoring: cohort continuous-variable proportion ratio
measure-type: composite outcome patient-reported-outcome process structure
med-admin-perform-function: performer verifier witness
media-modality: diagram face fax fingerprint iris palm retina scan
media-type: audio image video
medication-admin-category: community inpatient outpatient
medication-admin-status: completed entered-in-error in-progress not-done on-hold stopped unknown
medication-statement-category: community inpatient outpatient patientspecified
medicationdispense-performer-function: checker dataenterer finalchecker packager
medicationdispense-status: cancelled completed declined entered-in-error in-progress on-hold preparation stopped unknown
medicationrequest-category: community discharge inpatient outpatient
medicationrequest-course-of-therapy: acute continuous seasonal
medicationrequest-status-reason: altchoice clarif drughigh hospadm labint non-avail preg salg sddi sdupther sintol surg washout
message-reasons-encounter: absent admit discharge edit moved return
message-transport: ftp http mllp
missingtoothreason: c e o u
modifiers: a b c e rooh x
name-assembly-order: NL1 NL2 NL3 NL4
need: initial none periodic
object-role: 1 10 11 12 13 14 15 16 17 18 19 2 20 21 22 23 24 3 4 5 6 7 8 9
observation-category: activity exam imaging laboratory procedure social-history survey therapy vital-signs
observation-statistics: 20-percent 4-dev 4-lower 4-upper 5-1 5-2 5-3 5-4 80-percent average count kurtosis maximum median
minimum regression skew std-dev sum total-count variance
organization-type: bus cg crs dept edu govt ins other pay prov reli team
parameter-group: blood-chemistry drug-delivery ecg fluid-chemistry haemodynamic miscellaneous neurological
respiratory ventilation
participant-type: emergency translator
payeetype: other provider subscriber
payment-adjustment-reason: a001 a002
payment-type: adjustment advance payment
paymentstatus: cleared paid
plan-definition-type: clinical-protocol eca-rule order-set workflow-definition
practitioner-role: doctor ict nurse pharmacist researcher teacher
precision-estimate-type: CI IQR SD SE
primary-source-type: auth-source cont-ed issuer legal lic-board post-serv prim reg-auth rel-own
processpriority: deferred normal stat
program: 1 10 11 12 13 14 15 16 17 18 19 2 20 21 22 23 24 25 26 27 28 29 3 30 31 32 33 34 35 36 37 38 39 4 40
41 42 43 44 45 5 6 7 8 9
provenance-participant-type: assembler attester author composer custodian enterer informant legal performer verifier
push-type-available: any source specific
questionnaire-usage-mode: capture capture-display capture-display-non-empty display display-non-empty
reason-medication-given: a b c
recommendation-strength: strong weak
referencerange-meaning: endocrine follicular luteal midcycle normal post postmenopausal pre pre-puberty recommended
therapeutic treatment type
rejection-criteria: broken clotted hemolized insufficient wrong-temperature
resource-security-category: anonymous business individual not-classified patient
resource-type-link: organization patient practitioner relatedperson
risk-estimate-type: count derivedProportion descriptive mean median proportion
risk-probability: certain high low moderate negligible
security-source-type: 1 2 3 4 5 6 7 8 9
service-category: 1 10 11 12 13 14 15 16 17 18 19 2 20 21 22 23 24 25 26 27 28 29 3 30 31 32 33 34 35 36 37 38 4 5 6 7
8 9
service-provision-conditions: cost disc free
service-referral-method: elec fax mail phone semail
smart-capabilities: client-confidential-symmetric client-public context-ehr-encounter context-ehr-patient
context-passthrough-banner context-passthrough-style context-standalone-encounter
context-standalone-patient launch-ehr launch-standalone permission-offline permission-patient
permission-user sso-openid-connect
special-values: false nil-known sufficient trace true withdrawn
standards-status: deprecated draft external informative normative trial-use
study-type: CCT RCT case-control case-report cohort mixed series
subscriber-relationship: child common injured other parent self spouse
subscription-tag: delivered queued
substance-category: allergen biological body chemical drug food material
supply-item-type: device medication
supply-kind: central nonstock
supplyrequest-reason: patient-care ward-stock
synthesis-type: IPD-MA classification combined-NMA indirect-NMA range std-MA
usage-context-type: age focus gender program species task user venue workflow
v2-0074: AU BG BLB CG CH CP CT CTH CUS EC EN GE HM ICU IMG IMM LAB MB MCB MYC NMR NMS NRS OSL OT OTH OUS PAR
PAT PF PHR PHY PT RAD RC RT RUS RX SP SR TX URN VR VUS XRC
v2-0092: R
v2-0116: C H I K O U
v2-0131: BP C CP E EP F I N O PR S U
v2-0203: AC ACSN AM AMA AN ANC AND ANON ANT APRN ASID BA BC BCFN BCT BR BRN BSNR CC CONM CY CZ DC DCFN DDS
DEA DFN DI DL DN DO DP DPM DR DS EI EN ESN FDR FDRFN FI FILL GI GL GN HC IND JHN LACSN LANR LI LN LR
MA MB MC MCD MCN MCR MCT MD MI MR MRT MS NBSNR NCT NE NH NI NII NIIP NNxxx NP NPI OBI OD PA PC PCN
PE PEN PHC PHE PHO PI PLAC PN PNT PPIN PPN PRC PRN PT QA RI RN RPH RR RRI RRP SB SID SL SN SNBSN SNO
SP SR SS STN TAX TN TPR TRL U UDI UPIN USID VN VP VS WC WCN WP XV XX
v2-0276: CHECKUP EMERGENCY FOLLOWUP ROUTINE WALKIN
v2-0360: AA AAS ABA AE AS BA BBA BE BFA BN BS BSL BSN BT CANP CER CMA CNM CNP CNS CPNP CRN CTR DBA DED DIP DO
EMT EMTP FPNP HS JD MA MBA MCE MD MDA MDI ME MED MEE MFA MME MS MSL MSN MT MTH NG NP PA PHD PHE PHS
PN PharmD RMA RN RPH SEC TS
v2-0371: ACDA ACDB ACET AMIES BACTM BF10 BOR BOUIN BSKM C32 C38 CARS CARY CHLTM CTAD EDTK EDTK15 EDTK75 EDTN
ENT ENT+ F10 FDP FL10 FL100 HCL6 HEPA HEPL HEPN HNO3 JKM KARN KOX LIA M4 M4RT M5 MICHTM MMDTM NAF
NAPS NONE PAGE PHENOL PVA RLM SILICA SPS SST STUTM THROM THYMOL THYO TOLU URETM VIRTM WEST
v2-0493: AUT CFU CLOT CON COOL FROZ HEM LIVE ROOM SNR
v2-0916: F FNA NF NG
v3-ActCode: 1 10 11 12 13 14 15 16 17 18 19 2 20 21 21611-9 21612-7 22 23 29553-5 3 30525-0 30972-4 4 42CFRPart2
5 6 7 8 9 AA AALC AAMC ABHC ABUSE ACAC ACADR ACALL ACALLG ACCESSCONSCHEME ACCONS ACCTRECEIVABLE
ACDEMO ACDI ACH ACHC ACID ACIMMUN ACLAB ACMED ACMEDC ACMEN ACOBS ACOCOMPT ACPOLPRG ACPROV ACPSERV
ACSUBSTAB ACU ACUTE ADALRT ADMDX ADNFPPELAT ADNFPPELCT ADNFPPMNAT ADNFPPMNCT ADNFSPELAT ADNFSPELCT
ADNFSPMNAT ADNFSPMNCT ADNPPPELAT ADNPPPELCT ADNPPPMNAT ADNPPPMNCT ADNPSPELAT ADNPSPELCT ADNPSPMNAT
ADNPSPMNCT ADOL ADPPPPELAT ADPPPPELCT ADPPPPMNAT ADPPPPMNCT ADPPSPELAT ADPPSPELCT ADPPSPMNAT
ADPPSPMNCT ADRFPPELAT ADRFPPELCT ADRFPPMNAT ADRFPPMNCT ADRFSPELAT ADRFSPELCT ADRFSPMNAT ADRFSPMNCT
ADVERSE_REACTION AE AFOOT AFTHRS AGE AGGREGATE AHOC AIRTRNS ALC ALEC ALG ALGY ALK ALLCAT ALLDONE
ALLERLE ALLERLREV ALLGCAT ALRTENDLATE ALRTSTRTLATE ALTC AMB AMBAIR AMBGRND AMBHELO AMBT ANANTRNS ANF
ANHUMTRNS ANNDI ANNGEN ANNIMM ANNLAB ANNMED ANNU ANONY AOD AOSC AR ARCAT ARTBLD AS ASSERTION AUDIT
AUDTR AUTH AUTHPOL AUTO AUTO-HIGH AUTO-LOW AUTOATTCH AUTOPOL AVAILABLE ActTrustPolicyType B
BDYFLDTRNS BH BLDTRNS BLK BONUS BOOSTER BR BUS C CACC CACS CAIC CAMC CAMI CANC CANCAPT CANPRG CAP
CAPC CARD CARELIST CASESER CASH CAST CBAR CBGC CC CCAD CCAR CCCC CCGC CCPC CCSC CDEC CDEP CDGD CDIA
CDIO CDRC CDSREV CEL CEMC CEPI CFEL CFPC CFWD CHAR CHFC CHK CHLDCARE CHR CHRG CHRO CHRON CHYP CIMC
CIRCLE CLINNOTEE CLINNOTEREV CLSSRM CMGC CMIH CMPMSRMTH CMPMSRSCRWGHT CMSC CNEC CNMC CNQC CNSC
COBSCAT CODE_DEPREC CODE_INVAL COGC COGN COIN COINS COJR COL COMC COMPLY COMPT CONC COND CONDLIST
CONSUMPTION CONT CONTF CONVEYNC COPAY COPAYMENT COPC COPD COPY CORT COSC COTC COVGE COVMX COVPOL
COVPRD CPAD CPEC CPGC CPHC CPINV CPLYCC CPLYCD CPLYJPP CPLYOPP CPLYOSP CPLYPOL CPND CPNDDRGING
CPNDINDING CPNDSUPING CPRC CPSC CPST CPTM CPYC CREACT CRIME CRIT CROC CRPC CRS CSDM CSIC CSINV CSLD
CSPINV CSPT CSUC CTBU CTCOMPT CTLSUB CTMO CTSC CURC CURMEDLIST CURRENT CVDC CVSC CWMA CWOH
CommonRule DACT DALG DAY DDP DECLASSIFYLABEL DEDUCT DEDUCTIBLE DEF DEFB DEID DELAU DELEPOL DEMO
DEMOCAT DENEX DENEXCEP DENOM DENTAL DENTPRG DERMTRNS DF DIA DIAGLISTE DIAGLISTREV DICAT DIET
DILUTION DINT DIS DISC DISCHINSTE DISCHSUME DISCHSUMREV DISCMEDLIST DISDX DISEASE DISEASEPRG DISPLAY
DM DN DNAINT DNTL DOB DOCUMENT DOSE DOSECOND DOSEDUR DOSEDURH DOSEDURHIND DOSEDURL DOSEDURLIND DOSEH
DOSEHIND DOSEHINDA DOSEHINDSA DOSEHINDW DOSEIND DOSEIVL DOSEIVLIND DOSEL DOSELIND DOSELINDA
DOSELINDSA DOSELINDW DOWNGRDLABEL DRG DRGIS DRGRHB DRIVLABEL DRUG DRUGING DRUGPOL DRUGPRG DSC
DUPTHPCLS DUPTHPGEN DUPTHPY DV DVD DX EALG EAP EDU EFORM EHCPOL EINT ELG ELLIPSE EM EMAUTH EMER
EMOTDIS EMP EMPL EMRGONLY ENAINT ENCRYPT ENCRYPTR ENCRYPTT ENCRYPTU ENDC ENDLATE ENDRENAL ENVTRNS
EPYMT ESA ETH ETHUD EVNFCTS EWB F FALG FALLRISK FAST FAX FD FDACOATING FDACOLOR FDAIMPRINTCD FDALOGO
FDASCORING FDASHAPE FDASIZE FECTRNS FF FFC FFCS FFP FFPS FFS FFSS FFSTOP FIBRIN FILT FINALDT FINBILL
FININV FINT FLD FLEXP FMCOMPT FNAINT FNLFEE FOMTRNS FOOD FOODTRNS FORM FORMAT FORMULA FRAMEING FRAUD
FRSTFEE FS FST FULFIL GARN GDIS GEALRT GEN GEND GENDER GENE GENRL GF GFTH GISTIER GOALLIST GOVEMP
GRADE GRANTORCHOICE GTIN GUIDE HCPCSA HEALTHREC HELD HEMOLYSIS HGHT HH HHOBS HIP HIPAANOPP
HIPAAPsyNotes HIPAASelfPay HIRISK HISTMEDLIST HISTORIC HIV HIVAIDS HLTHCARE HMO HOMECARE HOSPPTNT
HOSPVSTR HOUSEHLD HRCOMPT HSAPOL HST HUAPRV HUMHUMTRNS I ICOL ICTERUS ID IDSCL IDUR ILLEGAL IMG
IMMLE IMMLREV IMMUCAT IMMUNIZ IMP IMPLIED IMPLIEDD IND IND01 IND02 IND03 IND04 IND05 INDTRNS INFA
INFAO INFASO INFAUT INFCON INFCRT INFDNG INFEMER INFPWR INFREG INITIAL INITIMMUNIZ INMATE INT INTDX
INTERVAL INTFR INTIMATE INTOLIST INV INVOICE INVTYPE IP IPOP IPPOP IRDSCL ISOL ISSUE ITMCNT KEY
KEY204 KEY205 KEY206 KSUBJ KSUBT L LAB LABCAT LABEL LABOE LABRESULTS LABRREV LACT LACTTRNS LATE
LAWENF LDLP LENSING LEN_LONG LEN_RANGE LEN_SHORT LF LFEMX LGPC LIFE LIPEMIA LIVARG LOAN LOC LOCIS LP
LQ LRCOMPT LS LTC LTRMCARE LU M MANDPOL MANUAL MARKUP MARST MARWLREV MASK MAXOCCURS MC MCPOL MDOSE
MED MEDCCAT MEDLIST MEDOE MEDT MENCAT MENTPOL MENTPRG MH MICROORGRREV MICRORREV MICROSENSRREV
MILITARY MINEC MINFREQ MINOCCURS MISSAPT MISSCOND MISSMAND MLREV MODEL MONTH MS MSD MSRADJ MSRAGG
MSRIMPROV MSRJUR MSROBS MSRPOPL MSRPOPLEX MSRRPTR MSRRPTTIME MSRSCORE MSRSET MSRTOPIC MSRTP MSRTYPE
MST MVA N NAINT NAT NAUTH NELG NETAMT NEUT NF NHP NOAUTH NOCOLLECT NOCONSENT NODSCLCD NODSCLCDS
NODUPS NOI NOINTEGRATE NOLIST NOMOU NON NONAC NONRX NOORGPOL NOPAT NOPERSIST NOPERSISTP NOPP
NORDSCLCD NORDSCLCDS NORDSCLW NORELINK NOREUSE NOSTRNS NOTACTN NOTEQUIV NOTEQUIVGEN NOTEQUIVTHER
NOVIP NUMER NUMEX O OBS OBSA OBSANTC OBSANTV OBSENC OBSOLETE OE OHSINV OINT ONC ONET OOJ OOO
OPIOIDUD OPTIN OPTINR OPTOUT OPTOUTE ORCON OREV ORTHO OTC ObligationPolicy P PACOMPT PAF PAINV PALL
PAPER PAR PARTRNS PATDOC PATEDUE PATINFO PATPREF PATPREFALT PATREPE PATREPREV PAT_ADV_EVNT PAY PAYEE
PAYOR PBILLACCT PDNFPPELAT PDNFPPELCT PDNFPPMNAT PDNFPPMNCT PDNFSPELAT PDNFSPELCT PDNFSPMNAT
PDNFSPMNCT PDNPPPELAT PDNPPPELCT PDNPPPMNAT PDNPPPMNCT PDNPSPELAT PDNPSPELCT PDNPSPMNAT PDNPSPMNCT
PDPPPPELAT PDPPPPELCT PDPPPPMNAT PDPPPPMNCT PDPPSPELAT PDPPSPELCT PDPPSPMNAT PDPPSPMNCT PDS PEALRT
PED PERFEE PERIOD PERMBNS PERSISTLABEL PHAR PHY PHYRHB PIE PINV PLACE PLACTRNS PLYDOC PLYPHRM PNC
POINT POLY POS PPO PPRD PRA PRDING PRDMX PRE PREFSTRENGTH PREG PRENC PREVINEF PRIVMARK PRLMN PRN
PROA PROBLIST PROBLISTE PROBLISTREV PROV PRS PRVTRN PSEUD PST PSVCCAT PSY PSYCH PSYTHPN PTNTCARE
PUBLICPOL PUBTRN PYRDELAY R RACE RADREPE RADREPREV RALG RAR RAT RD REACT RECA RECOV REDACT REF
REFLEX REFNR REI REL REMLE REMLREV RENT REPRESENTATIVE_BEAT REPSERV REP_HALF_LIFE REP_RANGE RERUN
RESCOMPT RESEARCH RESTOCK RETIRE RETRO REV RF RFC RFCS RFF RFFS RFP RFPS RFS RHYTHM RINT RISKASSESS
RISKLIST RMGTCOMPT ROIFS ROIPS ROST RREACT RSDID RSREID RX RXCAT RXCINV RXDINV RefrainPolicy S SA
SAC SAFNET SALE SBBLELAT SBBLELCT SBFINV SBNFELAT SBNFELCT SBPDELAT SBPDELCT SCA SCH SCHL SCHLDIV
SCHOOL SCHOOL2 SDE SDV SECALTINTOBS SECCATOBS SECCLASSOBS SECCONOBS SECDATINTOBS SECINTCONOBS
SECINTOBS SECINTPRVABOBS SECINTPRVOBS SECINTPRVRBOBS SECINTSTOBS SECOBS SECTRSTOBS SENDAPP SESS SEV
SEX SEXTRNS SICKLE SO SOCIAL SOCIAL2 SP SPEND SPI SPLCOATING SPLCOLOR SPLIMAGE SPLIMPRINT SPLSCORING
SPLSHAPE SPLSIZE SPLSYMBOL SPT SREC SS SSP SSTOR STD STORE STRAN STRAT STRTLATE SUBPOL SUBPRG
SUBSIDFFS SUBSIDIZ SUBSIDMC SUBSTNCE SUBSUPP SUD SUPPLEMENT SUPPRESSED SURG SURPL SecurityPolicy T
TB TBOO TBS TEACHER TF TFS TIME TIME_ABSOLUTE TIME_RELATIVE TIMING TLIFE TOOLATE TOOSOON TPROD TRAN
TRANF TRANSFER TRAVEL TRAVINT TRNSFTRNS TRSTACCRD TRSTACCRDOBS TRSTAGRE TRSTAGREOBS TRSTASSUR
TRSTCERT TRSTCERTOBS TRSTFWK TRSTFWKOBS TRSTLOAOBS TRSTMEC TRSTMECOBS Title38Section7332 UD UDE UFIL
ULIFE UMBRL UNINSMOT UNITPRICE UNITQTY UNRELAT UNSPSC UPC UPGRDLABEL URGENT USE V VAC_PROBLEM
VALIDAT VECTRNS VERBAUTH VET VFPAPER VIO VISPOL VLI VOLUME VR VRXINV W WATTRNS WCBPOL WEEK WELLREMLE
WELLREMLREV WGHT WIATTCH WORK2 WPA WRKCOMP X XRAY YEAR
v3-ActPriority: A CR CS CSP CSR EL EM P PRN R RR S T UD UR
v3-ActReason: ACCRED ACCREQNA ADMINERROR ADMREV ADVSTORAGE AGE ALGINT ALREADYRX ALTCHOICE ALTD BIORCH BLK BONUS
BTG CAREMGT CHD CHGDATA CLARIF CLINMOD CLINTRCH CLINTRCHNPC CLINTRCHPC CLINTRL CLMATTCH COC
COLDCHNBRK COMPCON COMPL CONTRA COVAUTH COVERAGE COVSUS CRIME CT DEC DECSD DEP DIS DISASTER DISCONT
DONAT DOSECHG DRUGHIGH DSRCH ECH EDU EIE ELIGDTRM ELIGVER EMP EMPLOY ENADMIN ENROLLM ER ERTREAT ESP
ETREAT EXPLOT FAM FAMPHYS FAMRQT FILLED FIN FINAN FIXDATA FLRCNV FLRSTCK FOABORT FOSUSP FP FRAUD
FRR01 FRR02 FRR03 FRR04 FRR05 FRR06 GOV HACCRED HCOMPL HDECD HDIRECT HDM HEALTH HLEGAL HMARKT
HOLDDONE HOLDINAP HOPERAT HOSPADM HOUTCOMS HPAYMT HPRGRP HQUALIMP HRESCH HSYSADMIN HTEST IMMUNE
IMPROV INCCOVPTY INCINVOICE INCPOLICY INCPROV IND INEFFECT INRQSTATE INTOL INVOICE LABELING LABINT
LEGAL LOCKED LTC MARKT MDATA MED MEDNEC MEDPREC MEMADMIN METAMGT MILCDM MILDCRG MODIFY MONIT MTG
MULTI NEEDAPMT NEWDATA NEWSTR NEWTHER NOAGNTPERM NOMATCH NON-AVAIL NOPERM NOPICK NOPRODMTCH
NORECMTCH NOREQ NOSERMTCH NOTAVAIL NOTCOVER NOTPAT NOUSERPERM NOUSRPERM NOVERMTCH NPT OFFICE ONHOLD
OPERAT OS OSTOCK OUTCOMS OUTSIDESCHED OVRER OVRINCOMP OVRPJ OVRPS OVRTPS PAT PATADMIN PATCAR PATDEC
PATINELIG PATOBJ PATREQ PATRQT PATSFTY PAYMT PERFMSR PHARM PHILISOP PHY PNC POARCH POPHLTH PPT
PRCREV PRECLINTRCH PREFUS PREG PRGRPT PRNA PROA PRODRECALL PROG PROTUNMET PROVUNAUTH PUBHLTH PWATRNY
PurposeOfUse QUALIMP QUANTCHG RECALL RECORDMGT RECOV REGERR REGUL RELIG REMITADV REPLACE REPLACEFIX
RESCH RET RETRO RQ RR RSRCH SALG SCH SDDI SDUPTHER SINTOL SPC SPO SRVC STATUTORY STOPMED SUPNWK SURG
SYSADMN SYSDEV THERCHAR THREAT TOOEARLY TRAIN TRAN TRANSRCH TREAT TRIAL TRM UMDATA UNABLE
UNKWNTARGET UNS UPT VACEFF VACSAF VALIDATION VEHIC WASHOUT WORK WRNGVER
v3-Confidentiality: B C D ETH HIV I L M N PSY R S SDV T U V
v3-MaritalStatus: A D I L M P S T U W
v3-NullFlavor: ASKU DER INV MSK NA NASK NAV NAVU NI NINF NP OTH PINF QS TRC UNC UNK
v3-ObservationInterpretation: < > A AA AC B CAR Carrier D DET E EX EXP H H> HH HM HU HX I IE IND L L< LL LU LX MS N NCL ND NEG NR
NS OBX ObservationInterpretationDetection ObservationInterpretationExpectation POS QCF R RR
ReactivityObservationInterpretation S SDD SYN-R SYN-S TOX U UNE VS W WR
v3-ObservationValue: A0 A1 A2 A3 A4 ABSTRED ABUSE ACT ACTPEND ADC ADOPT AGGRED ALLORNONESCR ALONE ANNUITY ANONYED
APPROPRIATE ASSET BTHCERT CCOC CHD CHILD CLINAST CLINRPT CLOTH COHORT COMPOSITE CONTVAR CRITH CRITL
CRITU CRYTOHASH DENEX DENEXCEP DENOM DEP DEPCHD DEPSPS DEPYGCHD DEVAST DEVRPT DIGSIG DISABL DISABLE
DP DRLIC DRUG DS ECH EFFICIENCY ELG ELSTAT EMS ES EXPERIENCE Employed FAM FLY FOOD FOSTER G H HCPAST
HCPRPT HEALTH HLSTAT HMLESS HOUSE HRELIABLE Homozygote ILGIM INACT INCAR INCOME IND INPNDINV
INPNDUPD INTERM-OM INVEST IP IPP IVDRG L LE LEGAL LINEARSCR LIVDEP LIVEXP LIVSIT LLD LOAAN LOAAN1
LOAAN2 LOAAN3 LOAAN4 LOAAP LOAAP1 LOAAP2 LOAAP3 LOAAP4 LOAAS LOAAS1 LOAAS2 LOAAS3 LOAAS4 LOACM
LOACM1 LOACM2 LOACM3 LOACM4 LOAID LOAID1 LOAID2 LOAID3 LOAID4 LOANR LOANR1 LOANR2 LOANR3 LOANR4
LOARA LOARA1 LOARA2 LOARA3 LOARA4 LOATK LOATK1 LOATK2 LOATK3 LOATK4 M MAPPED MASKED ME MEMBER MI MIL
MORTG MRGCERT MSRPOPL N NELG NS NUMER NUMEX NotInLaborForce OPPORSCR OUTCOME PACQAST PACQRPT
PASSPORT PATAST PATRPT PAY PAYAST PAYRPT PGNT PRN PRO-PM PROAST PROB PROCESS PROP PROPOR PRORPT
PSEUDED RATIO REDACTED REFUG RELAT RELDEP RELIABLE RENT RESOURCE RETACCT RETIRE RLD RSWN RSWON RTRD
S SDMAST SDMRPT SECTRSTOBV SFWL SIT SOECSTAT SPOUSAL SPS SPSDEP SS SSP STN STRUCTURE STUDENRL
SUBSETTED SUNDRY SUP SUPPLE SYNTAC TAX TRANS TRD TRSLT TRSTACCRDOBV TRSTAGREOBV TRSTCERTOBV
TRSTLOAOBV TRSTMECOBV TRUST UNCERTREL UNEMPL UNREL UNRELIABLE URELDEP UTIL Unemployed VERSIONED VLS
VS WEIGHTSCR
v3-ParticipationType: ADM ALY ATND AUT AUTHEN BBY BEN CAGNT CALLBCK CAT CON COV CSM CST DEV DIR DIS DIST DON DST ELOC ENT
ESC EXPAGNT EXPART EXPTRGT EXSRC GUAR HLD IND INF IRCP LA LOC NOT NRD ORG PART PPRF PRCP PRD PRF RCT
RCV RDV REF REFB REFT RESP RML SBJ SPC SPRF TPA TRANS TRC VIA VRF WIT
v3-RoleClass: ACCESS ACTI ACTIB ACTIM ACTIR ACTM ADJV ADJY ADMM ADTV AFFL AGNT ALQT ASSIGNED BASE BIRTHPL BOND
CAREGIVER CASEBJ CHILD CIT CLAIM CNTM COLR COMPAR CON CONC CONT CONY COVPTY CRED CRINV CRSPNSR
DEATHPLC DEPEN DSDLOC DST ECON EMP EQUIV EXLOC EXPAGTCAR EXPR EXPVECTOR FLVR FOMITE GEN GRIC GUAR
GUARD HLD HLTHCHRT IACT IDENT INDIV INGR INST INVSBJ ISDLOC ISLT LIC LOCE MANU MBR MECH MIL MNT
NAMED NOK NOT NURPRAC NURS OWN PA PART PAT PAYEE PAYOR PHYS POLHOLD PROG PROV PRS PRSV QUAL RESBJ
RET RGPR ROL SAME SDLOC SELF SGNOFF SPEC SPNSR STBL STD STOR SUBS SUBSCR SUBY TERR THER UNDWRT USED
WRTE
v3-RoleCode: ACC ACHFID ACTMIL ADOPT ADOPTF ADOPTM ADOPTP ALL AMB AMENDER AMPUT ANTIBIOT ASSIST AUNT B BF BILL
BIOTH BL BMTC BMTU BR BREAST BRO BROINLAW C CANC CAPC CARD CAS CASM CATH CCO CCU CHEST CHILD
CHLDADOPT CHLDFOST CHLDINLAW CHR CLAIM CLASSIFIER CN CNRP CNRPM CO COAG COCBEN COMM CONSENTER
CONSWIT COPART COUSN CPCA CRIMEVIC CRP CRPM CRS CSC CVDX DA DADDR DAU DAUADOPT DAUC DAUFOST DAUINLAW
DC DEBR DECLASSIFIER DELEGATEE DELEGATOR DEP DEPEN DERM DIFFABL DOMPART DOWNGRDER DPOWATT DR
DRIVCLASSIFIER DU DX E ECHO ECON ENDO ENDOS ENROLBKR ENT EPIL ER ERL ETU EXCEST EXT F FAMDEP FAMMEMB
FI FM FMC FMRSPS FRND FSTUD FTH FTHFOST FTHINLAW FTWIN FTWINBRO FTWINSIS FULLINS G GACH GCHILD GD
GDF GDS GDSF GESTM GGRFTH GGRMTH GGRPRN GI GIDX GIM GPARNT GRANTEE GRANTOR GRFTH GRMTH GRNDCHILD
GRNDDAU GRNDSON GRPRN GT GUADLTM GUARD GYN HAND HANDIC HBRO HD HEM HLAB HOSP HPOWATT HRAD HSIB HSIS
HTN HU HUSB HUSCS ICU IEC INDIG INDIV INFD INJ INJWKR INLAB INLAW INPHARM INTPRTER INV ITWIN
ITWINBRO ITWINSIS JURID L LOCHFID LY LYMPH MAUNT MBL MCOUSN MGDSF MGEN MGGRFTH MGGRMTH MGGRPRN
MGRFTH MGRMTH MGRPRN MHSP MIL MOBL MT MTH MTHFOST MTHINLAW MU MUNCLE NAMED NAT NBOR NBRO NCCF NCCS
NCHILD NEPH NEPHEW NEUR NFTH NFTHF NIECE NIENE NIENEPH NMTH NMTHF NOK NPRN NS NSIB NSIS O OB OF OMS
ONCL ONESELF OPH OPTC ORG ORTHO OUTLAB OUTPHARM P PAINCL PARNT PAUNT PAYOR PC PCOUSN PEDC PEDCARD
PEDE PEDGI PEDHEM PEDHO PEDICU PEDID PEDNEPH PEDNICU PEDRHEUM PEDU PGGRFTH PGGRMTH PGGRPRN PGRFTH
PGRMTH PGRPRN PH PHARM PHU PL PLS POD POWATT PRC PREV PRN PRNFOST PRNINLAW PROCTO PROFF PROG PROS
PSI PSTUD PSY PSYCHCF PSYCHF PT PTRES PUNCLE Q R RADDX RADO RC RESPRSN RETIREE RETMIL REVIEWER RH
RHAT RHEUM RHII RHMAD RHPI RHPIH RHPIMS RHPIVS RHU RHYAD RNEU ROOM RTF SCHOOL SCN SEE SELF SELFINS
SH SIB SIBINLAW SIGOTHR SIS SISINLAW SLEEP SNF SNIFF SON SONADOPT SONC SONFOST SONINLAW SPMED SPON
SPOWATT SPS SPSE STEP STPBRO STPCHLD STPDAU STPFTH STPMTH STPPRN STPSIB STPSIS STPSON STUD SU SUBSCR
SURF TPA TR TRAVEL TRB TWIN TWINBRO TWINSIS UMO UNCLE UPC URO V VALIDATOR VET VL WARD WIFE WL WND WO
WORK communityLaboratory homeHealth laboratory pathologist phlebotomist subject thirdParty
v3-substanceAdminSubstitution: BC E EC F G N TB TE TG
validation-process: edit-check in-context multi primary standalone valueset
validation-status: failed successful unknown
validation-type: multiple nothing primary
variant-state: absent negative positive
verificationresult-communication-method: manual portal pull push
`;

const FHIR = `
CodeSystem/medication-statement-status: active completed entered-in-error intended not-taken on-hold stopped unknown
CodeSystem/medication-status: active entered-in-error inactive
CodeSystem/medicationrequest-intent: filler-order instance-order option order original-order plan proposal reflex-order
CodeSystem/medicationrequest-status: active cancelled completed draft entered-in-error on-hold stopped unknown
CodeSystem/status: attested in-process req-revalid reval-fail val-fail validated
CodeSystem/task-code: abort approve change fulfill replace resume suspend
FHIR-version: 0.0.80 0.0.81 0.0.82 0.01 0.05 0.06 0.11 0.4.0 0.5.0 1.0.0 1.0.1 1.0.2 1.1.0 1.4.0 1.6.0 1.8.0 3.0.0
3.0.1 3.3.0 3.5.0 4.0.0 4.0.1
account-status: active entered-in-error inactive on-hold unknown
additionalmaterials: document email image model other xray
address-type: both physical postal
address-use: billing home old temp work
administrative-gender: female male other unknown
adverse-event-actuality: actual potential
allergy-intolerance-category: biologic environment food medication
allergy-intolerance-criticality: high low unable-to-assess
allergy-intolerance-type: allergy intolerance
animal-genderstatus: intact neutered unknown
animal-species: canislf ovisa serinuscd
appointmentstatus: arrived booked cancelled checked-in entered-in-error fulfilled noshow pending proposed waitlist
asset-availability: lease
audit-event-action: C D E R U
audit-event-outcome: 0 12 4 8
binding-strength: example extensible preferred required
bundle-type: batch batch-response collection document history message searchset transaction transaction-response
care-plan-activity-status: cancelled completed entered-in-error in-progress not-started on-hold scheduled stopped unknown
care-team-status: active entered-in-error inactive proposed suspended
chargeitem-status: aborted billable billed entered-in-error not-billable planned unknown
claim-use: claim preauthorization predetermination
codesystem-content-mode: complete example fragment not-present supplement
codesystem-hierarchy-meaning: classified-with grouped-by is-a part-of
compartment-type: Device Encounter Patient Practitioner RelatedPerson
composition-status: amended entered-in-error final preliminary
conditional-delete-status: multiple not-supported single
conditional-read-status: full-support modified-since not-match not-supported
consent-data-meaning: authoredby dependents instance related
consent-provision-type: deny permit
consent-state-codes: active draft entered-in-error inactive proposed rejected
consentperformer: consenter delegatee delegator grantee grantor
constraint-severity: error warning
contact-point-system: email fax other pager phone sms url
contact-point-use: home mobile old temp work
contributor-type: author editor endorser reviewer
days-of-week: fri mon sat sun thu tue wed
detectedissue-severity: high low moderate
detectedissue-status: mitigated
device-action: explanted implanted manipulated
device-definition-status: active entered-in-error inactive unknown
device-nametype: manufacturer-name model-name other patient-reported-name udi-label-name user-friendly-name
device-statement-status: active completed entered-in-error intended on-hold stopped
device-status: active entered-in-error inactive unknown
diagnostic-report-status: amended appended cancelled corrected entered-in-error final partial preliminary registered unknown
discriminator-type: exists pattern profile type value
document-mode: consumer producer
document-reference-status: current entered-in-error superseded
document-relationship-type: appends replaces signs transforms
eligibilityrequest-purpose: auth-requirements benefits discovery validation
eligibilityresponse-purpose: auth-requirements benefits discovery validation
encounter-location-status: active completed planned reserved
encounter-status: arrived cancelled entered-in-error finished in-progress onleave planned triaged unknown
endpoint-status: active entered-in-error error off suspended test
episode-of-care-status: active cancelled entered-in-error finished onhold planned waitlist
event-status: completed entered-in-error in-progress not-done on-hold preparation stopped unknown
event-timing: AFT AFT.early AFT.late EVE EVE.early EVE.late MORN MORN.early MORN.late NIGHT NOON PHS
ex-claimitemtype: group product service
ex-fdi: 11 12 13 14 15 16 17 18 21 22 23 24 25 26 27 28 31 32 33 34 35 36 37 38 41 42 43 44 45 46 47 48
ex-onsettype: lmn lxm sym
ex-oralprostho: 1 2 3 4
ex-pharmaservice: compoundfee dispensefee drugcost flushot markup smokecess
ex-servicemodifier: ah sr
ex-serviceproduct: exam flushot
ex-udi: gudid
explanationofbenefit-status: active cancelled draft entered-in-error
exposure-state: exposure exposure-alternative
extra-activity-type: aggregate compose label
feeding-device: angled-utensil autofeeding-device bigcut-nipple foam-handle glass-lid haberman-bottle handhold-cup
midflo-nipple nose-cup ortho-nipple preemie-nipple provale-cup rocker-knife rubber-mat scoop-plate
sippy-no-valve sippy-valve sloflo-nipple spout-cup standard-nipple straw utensil-holder
flag-priority-code: PH PL PM PN
flag-status: active entered-in-error inactive
fm-conditions: 123987
fm-status: active cancelled draft entered-in-error
gender-identity: female male non-binary non-disclose other transgender-female transgender-male
goal-status: accepted active cancelled completed entered-in-error on-hold planned proposed rejected
goal-status-reason: financial-barrier lack-of-social-support lack-of-transportation life-event patient-request
permanent-not-attainable replaced surgery temp-not-attainable
group-measure: mean mean-of-mean mean-of-median median median-of-mean median-of-median
group-type: animal device medication person practitioner substance
guidance-response-status: data-requested data-required entered-in-error failure in-progress success
history-status: completed entered-in-error health-unknown partial
identifier-use: official old secondary temp usual
identity-assuranceLevel: level1 level2 level3 level4
imagingstudy-status: available cancelled entered-in-error registered unknown
intervention: other unknown
invoice-priceComponentType: base deduction discount informational surcharge tax
invoice-status: balanced cancelled draft entered-in-error issued
issue-severity: error fatal information warning
issue-type: business-rule code-invalid conflict deleted duplicate exception expired extension forbidden
incomplete informational invalid invariant lock-error login multiple-matches no-store not-found
not-supported processing required security structure suppressed throttled timeout too-costly
too-long transient unknown value
item-type: attachment boolean choice date dateTime decimal display group integer open-choice quantity question
reference string text time url
language-preference-type: verbal written
link-type: refer replaced-by replaces seealso
linkage-type: alternate historical source
list-mode: changes snapshot working
list-status: current entered-in-error retired
location-mode: instance kind
location-status: active inactive suspended
measure-report-status: complete error pending
measure-report-type: data-collection individual subject-list summary
message-significance-category: consequence currency notification
messageheader-response-request: always never on-error on-success
metric-calibration-state: calibrated calibration-required not-calibrated unspecified
metric-calibration-type: gain offset two-point unspecified
metric-category: calculation measurement setting unspecified
metric-color: black blue cyan green magenta red white yellow
metric-operational-status: entered-in-error off on standby
name-use: anonymous maiden nickname official old temp usual
narrative-status: additional empty extensions generated
network-type: 1 2 3 4 5
note-type: display print printoper
observation-range-category: absolute critical reference
observation-status: amended cancelled corrected entered-in-error final preliminary registered unknown
operation-kind: operation query
operation-parameter-use: in out
organization-role: agency diagnostics member payer provider research supplier
orientation-type: antisense sense
participantrequired: information-only optional required
participationstatus: accepted declined needs-action tentative
permitted-data-type: CodeableConcept Period Quantity Range Ratio SampledData boolean dateTime integer string time
practitioner-specialty: cardio dent dietary midw sysarch
procedure-progress-status-code: anesthesia-induced closed-incision in-operating-room in-recovery-room open-incision prepared
product-category: biologicalAgent cells fluid organ tissue
product-status: available unavailable
product-storage-scale: celsius farenheit kelvin
property-representation: cdaText typeAttr xhtml xmlAttr xmlText
provenance-entity-role: derivation quotation removal revision source
provenance-participant-role: assembler attester author composer custodian enterer informant legal performer verifier
publication-status: active draft retired unknown
quality-type: indel snp unknown
quantity-comparator: < <= > >=
questionnaire-answers-status: amended completed entered-in-error in-progress stopped
questionnaire-display-category: help instructions security
questionnaire-enable-behavior: all any
questionnaire-enable-operator: != < <= = > >= exists
questionnaire-item-control: atable autocomplete check-box drop-down flyover footer group gtable header help htable inline list
lookup lower multi-select prompt question radio-button slider spinner table text text-box unit upper
reason-medication-not-given: a b c d
reference-handling-policy: enforced literal local logical resolves
reference-version-rules: either independent specific
related-artifact-type: citation composed-of depends-on derived-from documentation justification predecessor successor
relation-type: is-replaced-by triggers
relationship: 1 2 3 4 5
remittance-outcome: complete error partial queued
report-participant-type: client server test-engine
report-result-codes: fail pass pending
report-status-codes: completed entered-in-error in-progress stopped waiting
repository-type: directlink login oauth openapi other
request-intent: directive filler-order instance-order option order original-order plan proposal reflex-order
request-priority: asap routine stat urgent
request-status: active completed draft entered-in-error on-hold revoked unknown
resource-aggregation-mode: bundled contained referenced
resource-slicing-rules: closed open openAtEnd
resource-status: abandoned accepted active ahead-of-target arrived behind-target busy-unavailable complete confirmed
declined differential draft error failed free hw-discon inactive not-ready on-target partial planned
proposed received refuted replaced requested resolved suspended transduc-discon unconfirmed unknown
resource-validation-mode: create delete profile update
response-code: fatal-error ok transient-error
secondary-finding: acmg-version1 acmg-version2
sequence-type: aa dna rna
sid/ex-icd-10-procedures: 123001 123002 123003
slotstatus: busy busy-tentative busy-unavailable entered-in-error free
sort-direction: ascending descending
specimen-contained-preference: alternate preferred
specimen-status: available entered-in-error unavailable unsatisfactory
strand-type: crick watson
subscription-channel-type: email message rest-hook sms websocket
subscription-status: active error off requested
substance-status: active entered-in-error inactive
supplydelivery-status: abandoned completed entered-in-error in-progress
supplyrequest-status: active cancelled completed draft entered-in-error suspended unknown
task-intent: unknown
task-status: accepted cancelled completed draft entered-in-error failed in-progress on-hold ready received
rejected requested
trigger-type: data-access-ended data-accessed data-added data-changed data-modified data-removed named-event
periodic
type-derivation-rule: constraint specialization
udi-entry-type: barcode card manual rfid self-reported unknown
unknown-content-code: both elements extensions no
variable-type: continuous descriptive dichotomous
versioning-policy: no-version versioned versioned-update
vision-base-codes: down in out up
vision-eye-codes: left right
`;

const systems: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...tableOf('http://terminology.hl7.org/CodeSystem/', TERMINOLOGY),
  ...tableOf('http://hl7.org/fhir/', FHIR),
]);

const fhirCodes: ReadonlySet<string> = new Set(
  tableOf('http://hl7.org/fhir/', FHIR).flatMap(([, codes]) => [...codes]),
);

/** Whether HL7 defines the code in a code system of its own. */
export function isHl7Code(system: string, code: string): boolean {
  return systems.get(system)?.has(code) === true;
}

/** Whether it is a code of FHIR's closed lists, such as a status or a gender. */
export function isFhirCode(code: string): boolean {
  return fhirCodes.has(code);
}

/** All systems with their codes. */
export function hl7Systems(): ReadonlyMap<string, ReadonlySet<string>> {
  return systems;
}

/** Reads a table: a name and a colon begin a system, its codes follow. */
function tableOf(base: string, text: string): (readonly [string, Set<string>])[] {
  const table: (readonly [string, Set<string>])[] = [];
  for (const word of text.trim().split(/\s+/)) {
    if (word.endsWith(':')) table.push([`${base}${word.slice(0, -1)}`, new Set()]);
    else table.at(-1)?.[1].add(word);
  }
  return table;
}
